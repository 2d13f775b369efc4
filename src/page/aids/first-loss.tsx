import { computed, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Session } from '../session.js';
import { laboratory } from './laboratory.js';
import { expectedLoss, lossesOf, softmax } from './softmax.js';
import './first-loss.css';

const SEED = 2147483647;
/** About how many logits the expected loss is a mean over; at least ten sets. */
const LOGITS = 8000;
const WIDEST = 15;

/** Logits of a scale that one moves, the probabilities they become, and what they lose. */
export function FirstLoss({ session }: { session: Session }) {
  const vocabulary = session.main.value?.info.vocabulary ?? [];
  const classes = vocabulary.length;
  const scale = useMemo(() => signal(0), []);
  const answer = useMemo(() => signal(1), []);
  const normals = useMemo(() => signal<Float32Array | undefined>(undefined), []);
  useEffect(() => {
    if (classes > 0)
      void laboratory()
        .randn(SEED, classes * Math.max(10, Math.floor(LOGITS / classes)))
        .then((drawn) => {
          normals.value = drawn;
        });
  }, [classes, normals]);
  const shown = useMemo(
    () =>
      computed(() => {
        if (normals.value === undefined || classes === 0) return undefined;
        const logits = normals.value.subarray(0, classes).map((normal) => scale.value * normal);
        return {
          probabilities: softmax(logits),
          losses: lossesOf(logits),
          expected: expectedLoss(normals.value, classes, scale.value),
        };
      }),
    [classes, normals, scale],
  ).value;
  const right = Math.min(answer.value, classes - 1);
  const chance = Math.log(classes);
  return (
    <div class="first-loss">
      <p>
        The loss is −ln p, with p what the network gave the character that really came. Before it has learned
        anything it should favour none: p = 1/{classes} for each, and −ln(1/{classes}) = ln {classes} ={' '}
        {chance.toFixed(4)}, whatever comes. Equal logits do that. Logits that differ by chance are opinions
        without a reason: now and then they are right, more often one of them is confidently wrong, and being
        wrong with confidence costs without limit.
      </p>
      <label class="slide">
        <span>Scale of the logits</span>
        <input
          type="range"
          min={0}
          max={WIDEST}
          step={0.1}
          value={scale.value}
          onInput={({ currentTarget }) => {
            scale.value = Number(currentTarget.value);
          }}
        />
        <output>{scale.value.toFixed(1)}</output>
      </label>
      {shown && (
        <>
          <div
            class="probabilities"
            role="img"
            aria-label={`Probabilities of ${classes} characters; the largest is ${Math.max(...shown.probabilities).toFixed(3)}, equal ones would be ${(1 / classes).toFixed(3)}`}
          >
            <div class="even" style={{ bottom: `${100 / classes}%` }} />
            {shown.probabilities.map((p, i) => (
              <div key={vocabulary[i]} class={i === right ? 'bar right' : 'bar'}>
                <i style={{ height: `${100 * p}%` }} />
              </div>
            ))}
          </div>
          <div class="characters" aria-hidden="true">
            {vocabulary.map((character, i) => (
              <span key={character} class={i === right ? 'right' : ''}>
                {character}
              </span>
            ))}
          </div>
          <label class="slide">
            <span>The character that came</span>
            <select
              value={right}
              onChange={({ currentTarget }) => {
                answer.value = Number(currentTarget.value);
              }}
            >
              {vocabulary.map((character, i) => (
                <option key={character} value={i}>
                  {character === '.' ? '. (end of the name)' : character}
                </option>
              ))}
            </select>
          </label>
          <dl class="results" aria-live="polite">
            <div>
              <dt>this character loses</dt>
              <dd>
                −ln {probability(shown.probabilities[right])} = {shown.losses[right].toFixed(4)}
              </dd>
            </div>
            <div>
              <dt>expected, whatever comes</dt>
              <dd>{shown.expected.toFixed(4)}</dd>
            </div>
          </dl>
        </>
      )}
      <p>
        The lecture’s first network as it was at first (initialisation “original”) has logits with a standard
        deviation of about 12.5: its first minibatch lost 27.88. A scale of 14 loses about as much here. W₂ ·
        0.01 and b₂ = 0 take the scale down to about 0.1.
      </p>
    </div>
  );
}

const probability = (p: number): string => (p >= 0.0001 ? p.toFixed(4) : p.toExponential(1));
