import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { NetworkView } from '../engine/network-protocol.js';
import { scheme } from '../view/appearance.js';
import { characterText } from '../view/character.js';
import { fixed, percent, plain, share } from '../view/figures.js';
import { valueColour } from '../view/value-colour.js';
import { Canvas } from './canvas.js';
import { type BarLayout, barLayout, barScale, roomyLabels } from './geometry.js';
import { look } from './look.js';
import type { NetworkState } from './network-state.js';
import type { Surface } from './paint.js';
import { litIn, reachedIn } from './slow-motion.js';
import { probabilitiesText, quoted } from './words.js';

/** Most characters that are all drawn, else the likeliest. */
const MOST = 40;
/** Below which a probability has no number. */
const LEAST = 0.045;
/** Ems: the letter before or below a bar, and room behind or above it for its number. */
const LETTER = 1.7;
const NUMBER = 3;
const BELOW = 1.15;
const ABOVE = 1.2;

interface Size {
  width: number;
  height: number;
}

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
  const paint = useMemo(
    () =>
      ({ context }: Surface, room: Size & { scale: number }) => {
        const { side } = state;
        const { own, other: beside } = state.lettered.value;
        const shown = side.value === 'other' ? beside : own;
        if (shown === undefined) return;
        const other = side.value === 'difference' ? beside : undefined;
        const drawn = tokensOf(state.told.value?.probabilities, shown.probabilities.length);
        const { width, height, em } = size.value;
        const told = state.told.value;
        paintBars(context, room, {
          view: shown,
          other,
          gradient: state.flowing.value === 'gradient',
          drawn,
          layout: barLayout(drawn.length, width, height, em),
          em: em * room.scale,
          most: told === undefined ? 1 : barScale(told.probabilities),
        });
      },
    [state, size],
  );
  const view = state.told.value;
  const { value: vocabulary } = state.vocabulary;
  const { width, height, em } = size.value;
  const tokens = tokensOf(view?.probabilities, vocabulary.length);
  const layout = barLayout(tokens.length, width, height, em);
  const { columns, rows, upright } = layout;
  const target = view?.target;
  const back = state.flowing.value === 'gradient' && target !== undefined;
  return (
    <div class={className} data-place="network:probabilities">
      <p class="network-name">{back ? 'gradient by logit' : 'next character'}</p>
      <div
        class={upright ? 'network-bars upright' : 'network-bars'}
        ref={place}
        onPointerMove={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          const column = Math.floor(((event.clientX - left) / width) * columns);
          const token = tokens[column * rows + Math.floor(((event.clientY - top) / height) * rows)];
          if (token !== undefined && view !== undefined)
            state.pointed.value = tokenText(view, token, { vocabulary, back });
        }}
        onPointerLeave={() => {
          state.pointed.value = undefined;
        }}
      >
        <Canvas class="network-canvas" paint={paint} />
        {view !== undefined && (
          <Letters
            view={view}
            vocabulary={vocabulary}
            tokens={tokens}
            layout={layout}
            row={Math.floor(height / rows)}
            numbers={!back && state.side.value !== 'difference'}
            wide={Math.ceil((2.6 * em) / Math.max(1, width / columns))}
          />
        )}
      </div>
      <p class="network-numbers">
        {target !== undefined && view !== undefined && (
          <span>
            <i>target </i>
            <b>{characterText(vocabulary[target] ?? '')}</b> <i>loss </i>
            <b>{fixed(view.loss, 2)}</b>
          </span>
        )}
      </p>
      <p class="network-hidden">
        {!state.session.playing.value && view && probabilitiesText(view, vocabulary)}
      </p>
    </div>
  );
}

interface LettersProps {
  view: NetworkView;
  vocabulary: readonly string[];
  tokens: readonly number[];
  layout: BarLayout;
  /** Height of a row. */
  row: number;
  /** Whether the probabilities are told beside their bars. */
  numbers: boolean;
  /** Columns that a number above standing bars takes. */
  wide: number;
}

function Letters({ view, vocabulary, tokens, layout, row, numbers, wide }: LettersProps) {
  const { probabilities, target } = view;
  const { columns, rows, upright } = layout;
  const values = tokens.map((token) => probabilities[token]);
  const most = barScale(probabilities);
  const roomy = upright ? roomyLabels(values, LEAST, wide) : undefined;
  return (
    <>
      {tokens.map((token, i) => {
        const p = probabilities[token];
        const style = {
          left: `${(100 * Math.floor(i / rows)) / columns}%`,
          top: `${(100 * (i % rows)) / rows}%`,
          width: `${100 / columns}%`,
          height: `${100 / rows}%`,
          '--row': `${upright ? 100 : row}px`,
        };
        const told = numbers && (roomy ? roomy.has(i) : p >= LEAST || token === target);
        const at = Math.min(1, p / most).toFixed(3);
        const number = upright
          ? {
              bottom: `calc(${BELOW}em + (100% - ${BELOW + ABOVE}em) * ${at})`,
              ...sidewaysOf(i, columns, wide),
            }
          : { left: `calc(${LETTER + 0.4}em + (100% - ${LETTER + NUMBER}em) * ${at})` };
        return (
          <span key={token} class={token === target ? 'bar target' : 'bar'} style={style} aria-hidden="true">
            <b>{characterText(vocabulary[token] ?? '')}</b>
            {told && <i style={number}>{percent(p, 0)}</i>}
          </span>
        );
      })}
    </>
  );
}

/** Above its bar, but within the box at either end. */
function sidewaysOf(column: number, columns: number, wide: number): Record<string, string> {
  if (column < wide / 2) return { left: '0' };
  if (columns - column <= wide / 2) return { right: '0' };
  return { left: '50%', translate: '-50% 0' };
}

interface Bars {
  view: NetworkView;
  /** The run beside it, where the difference is drawn. */
  other: NetworkView | undefined;
  gradient: boolean;
  drawn: readonly number[];
  layout: BarLayout;
  /** In pixels of the screen, as the room. */
  em: number;
  /** The probability of the longest bar. */
  most: number;
}

/** A bar for each probability, or from a middle line for a gradient or a difference: these by the root of their size. */
function paintBars(
  context: CanvasRenderingContext2D,
  { width, height, scale }: Size & { scale: number },
  bars: Bars,
): void {
  const { view, other, gradient, drawn, layout, em, most } = bars;
  const { probabilities, target } = view;
  const { columns, rows, upright } = layout;
  const { accent, rule } = look.value;
  const [wide, high] = [width / columns, height / rows];
  const signed = (gradient && target !== undefined) || other !== undefined;
  const room = Math.max(1, upright ? high - (BELOW + ABOVE) * em : wide - (LETTER + NUMBER) * em);
  const thick = Math.max(1, Math.round((upright ? wide : high) * 0.68));
  drawn.forEach((token, i) => {
    const p = probabilities[token];
    const across = Math.round(
      upright ? i * wide + (wide - thick) / 2 : (i % rows) * high + (high - thick) / 2,
    );
    const base = upright ? height - BELOW * em : Math.floor(i / rows) * wide + LETTER * em;
    const bar = (from: number, to: number) => {
      const [low, size] = [Math.min(from, to), Math.abs(to - from)];
      if (upright) context.fillRect(across, Math.round(base - low - size), thick, size);
      else context.fillRect(Math.round(base + low), across, size, thick);
    };
    if (!signed) {
      context.fillStyle = token === target ? accent : `color-mix(in srgb, ${accent} 45%, transparent)`;
      bar(0, Math.max(scale, Math.min(1, p / most) * room));
      return;
    }
    const value = p - (gradient ? (token === target ? 1 : 0) : (other?.probabilities[token] ?? 0));
    context.fillStyle = rule;
    bar(room / 2, room / 2 + Math.max(1, scale));
    context.fillStyle = valueColour(Math.sign(value) * 0.7, 1, scheme.value);
    bar(room / 2, room / 2 + (Math.sign(value) * Math.sqrt(Math.abs(value)) * room) / 2);
  });
}

function tokenText(
  { probabilities, target, examples }: NetworkView,
  token: number,
  { vocabulary, back }: { vocabulary: readonly string[]; back: boolean },
): string {
  const p = probabilities[token];
  const end = token === target ? ', the target' : '';
  const pull = back ? `, gradient of its logit ${plain((p - (token === target ? 1 : 0)) / examples, 2)}` : '';
  return `${quoted(vocabulary, token)}: ${share(p)}${end}${pull}`;
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
