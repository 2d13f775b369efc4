import type { NetworkState } from './network-state.js';
import { captionOf, stageText } from './words.js';

/** Under the picture: what is pointed at, or the stage of the slow motion, or what all of it is of. */
export function StageLine({ state }: { state: NetworkState }) {
  const { told, stage, stageIndex, stages, pointed, problem, vocabulary, session, selection } = state;
  const view = told.value;
  if (problem.value !== undefined)
    return (
      <p class="network-line" role="alert">
        {problem.value}
      </p>
    );
  if (view === undefined) return <p class="network-line">…</p>;
  if (stage.value === undefined || stageIndex.value === undefined)
    return <p class="network-line">{pointed.value ?? <Caption {...captionOf(view, vocabulary.value)} />}</p>;
  const text = stageText(stage.value, view, {
    vocabulary: vocabulary.value,
    unit: selection.selected.value.unit ?? 0,
  });
  const last = stageIndex.value === stages.value.length - 1;
  const steps = session.past.value === undefined;
  return (
    <div class="network-stage-line">
      <div class="network-steps">
        <button
          type="button"
          aria-label="Stage before"
          disabled={stageIndex.value === 0}
          onClick={() => void state.toStage(-1)}
        >
          ‹
        </button>
        <span>
          {stageIndex.value + 1} of {stages.value.length}
        </span>
        <button
          type="button"
          class="primary"
          disabled={session.busy.value !== undefined}
          onClick={() => void state.toStage(1)}
        >
          {last ? (steps ? 'Make the step' : 'Again') : 'Next ›'}
        </button>
      </div>
      <p>
        <b>{text.title}</b> <code>{text.formula}</code>
        <br />
        {pointed.value ?? text.numbers}
      </p>
    </div>
  );
}

const Caption = ({ which, what }: ReturnType<typeof captionOf>) => (
  <>
    <span class="which">{which}</span>
    <span class="colon">: </span>
    <span class="what">{what}</span>
  </>
);
