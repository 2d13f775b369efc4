import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { valueColour } from '../value-colour.js';
import { scheme } from '../view/appearance.js';
import { characterText } from '../view/character.js';
import { percent, plain, share } from '../view/figures.js';
import { Canvas } from './canvas.js';
import { barColumns } from './geometry.js';
import { look } from './look.js';
import type { NetworkState } from './network-state.js';
import type { Surface } from './paint.js';
import { litIn, reachedIn } from './slow-motion.js';
import { probabilitiesText, quoted } from './words.js';

/** Least height of a row, in ems; most characters that are all drawn, else the likeliest. */
const ROW = 0.84;
const MOST = 40;
/** Shares of a column: the letter, and room behind the bar for its number. */
const LETTER = 1.7;
const NUMBER = 3;

/** How likely each character is to follow; back again, how the loss pulls at each. */
export function ProbabilityBox({ state }: { state: NetworkState }) {
  const place = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 0, height: 0, em: 12 });
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const sized = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      size.value = { width, height, em: Number.parseFloat(getComputedStyle(element).fontSize) };
    });
    sized.observe(element);
    return () => sized.disconnect();
  }, [size]);
  const className = useComputed(() => {
    const { stage, shown } = state;
    const names = ['network-layer', 'of-probabilities'];
    if (stage.value && shown.value) {
      if (litIn(stage.value, shown.value).has('loss')) names.push('lit');
      else if (!reachedIn(stage.value, 'loss')) names.push('ahead');
    }
    return names.join(' ');
  });
  const view = state.told.value;
  const { value: vocabulary } = state.vocabulary;
  const tokens = tokensOf(view?.probabilities, vocabulary.length);
  const { columns, rows } = barColumns(tokens.length, size.value.height, ROW * size.value.em);
  const paint = useMemo(
    () =>
      ({ context }: Surface, { width, height, scale }: { width: number; height: number; scale: number }) => {
        const { side, view: own, otherView } = state;
        const shown = side.value === 'other' ? otherView.value : own.value;
        if (shown === undefined) return;
        const { probabilities, target, examples } = shown;
        const other = side.value === 'difference' ? otherView.value?.probabilities : undefined;
        const gradient = state.flowing.value === 'gradient' && target !== undefined;
        const drawn = tokensOf(state.told.value?.probabilities, probabilities.length);
        const { value: colours } = look;
        const em = size.value.em * scale;
        const layout = barColumns(drawn.length, height, ROW * em);
        const wide = width / layout.columns;
        const high = height / layout.rows;
        const room = Math.max(1, wide - (LETTER + NUMBER) * em);
        const most = gradient ? 1 / examples : 1;
        drawn.forEach((token, i) => {
          const x = Math.floor(i / layout.rows) * wide + LETTER * em;
          const y = (i % layout.rows) * high;
          const p = probabilities[token];
          const thick = Math.max(1, Math.round(high * 0.66));
          const top = Math.round(y + (high - thick) / 2);
          if (gradient || other) {
            const value = gradient ? (p - (token === target ? 1 : 0)) / examples : p - (other?.[token] ?? 0);
            const middle = Math.round(x + room / 2);
            const length = (Math.sign(value) * Math.sqrt(Math.abs(value) / most) * room) / 2;
            context.fillStyle = colours.rule;
            context.fillRect(middle, top, Math.max(1, scale), thick);
            context.fillStyle = valueColour(Math.sign(value) * 0.7, 1, scheme.value);
            context.fillRect(middle, top, length, thick);
            return;
          }
          context.fillStyle =
            token === target ? colours.accent : `color-mix(in srgb, ${colours.accent} 45%, transparent)`;
          context.fillRect(Math.round(x), top, Math.max(scale, p * room), thick);
        });
      },
    [state, size],
  );
  const target = view?.target;
  const back = state.flowing.value === 'gradient' && target !== undefined;
  return (
    <div class={className} data-place="network:probabilities">
      <p class="network-name">{back ? 'gradient by logit' : 'next character'}</p>
      <div
        class="network-bars"
        ref={place}
        onPointerMove={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          const [x, y] = [event.clientX - left, event.clientY - top];
          const column = Math.floor((x / size.value.width) * columns);
          const token = tokens[column * rows + Math.floor((y / size.value.height) * rows)];
          if (token === undefined || view === undefined) return;
          const p = view.probabilities[token];
          const pull = back
            ? `, gradient of its logit ${plain((p - (token === target ? 1 : 0)) / view.examples, 2)}`
            : '';
          state.pointed.value = `${quoted(vocabulary, token)}: ${share(p)}${token === target ? ', the target' : ''}${pull}`;
        }}
        onPointerLeave={() => {
          state.pointed.value = undefined;
        }}
      >
        <Canvas class="network-canvas" paint={paint} />
        {view !== undefined &&
          tokens.map((token, i) => {
            const p = view.probabilities[token];
            const style = {
              left: `${(100 * Math.floor(i / rows)) / columns}%`,
              top: `${(100 * (i % rows)) / rows}%`,
              width: `${100 / columns}%`,
              height: `${100 / rows}%`,
              '--row': `${Math.floor(size.value.height / rows)}px`,
            };
            return (
              <span
                key={token}
                class={token === target ? 'bar target' : 'bar'}
                style={style}
                aria-hidden="true"
              >
                <b>{characterText(vocabulary[token] ?? '')}</b>
                {!back && state.side.value !== 'difference' && (p >= 0.045 || token === target) && (
                  <i
                    style={{
                      left: `calc(${LETTER + 0.4}em + (100% - ${LETTER + NUMBER}em) * ${p.toFixed(3)})`,
                    }}
                  >
                    {percent(p, 0)}
                  </i>
                )}
              </span>
            );
          })}
      </div>
      <p class="network-numbers">
        {target !== undefined && view !== undefined && (
          <span>
            <i>target </i>
            <b class="target">{characterText(vocabulary[target] ?? '')}</b> <i>loss </i>
            <b>{Number.isFinite(view.loss) ? view.loss?.toFixed(2) : '∞'}</b>
          </span>
        )}
      </p>
      <p class="network-hidden">
        {!state.session.playing.value && view && probabilitiesText(view, vocabulary)}
      </p>
    </div>
  );
}

/** All characters in their order; of many the likeliest, in their order too. */
function tokensOf(probabilities: Float32Array | undefined, count: number): number[] {
  const all = Array.from({ length: count }, (_, token) => token);
  if (count <= MOST || probabilities === undefined) return all;
  return all
    .sort((a, b) => probabilities[b] - probabilities[a])
    .slice(0, MOST)
    .sort((a, b) => a - b);
}
