import type { NetworkState } from './network-state.js';
import { captionOf, layerText, namesOf, probabilitiesText } from './words.js';

/** All that the picture shows, for who cannot see it; it stays as it is while the run plays. */
export function Description({ state }: { state: NetworkState }) {
  const view = state.told.value;
  if (view === undefined) return null;
  if (state.session.playing.value)
    return <p class="network-hidden">The run plays; what the picture shows is told when it rests.</p>;
  const { value: vocabulary } = state.vocabulary;
  const names = namesOf(view);
  const { which, what } = captionOf(view, vocabulary);
  return (
    <ul class="network-hidden" aria-label="What the picture of the network shows">
      <li>
        {which}: {what}.
      </li>
      {[view.embedding, ...view.layers].map((layer) => (
        <li key={layer.place}>{layerText(layer, names.get(layer.place) ?? layer.place, view.flow)}</li>
      ))}
      <li>{probabilitiesText(view, vocabulary)}</li>
    </ul>
  );
}
