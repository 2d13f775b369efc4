import { computed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { messageOf } from '../../../session/jobs.js';
import type { Session } from '../../../session/session.js';
import { characterText } from '../../../view/character.js';
import { Choice } from '../../../view/choice.js';
import { fixed, whole } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { runExperiment } from './experiments.js';
import { expectedLoss, lossesOf, softmax } from './softmax.js';
import './first-loss.css';

const SEED = 2147483647;
/** About how many logits the expected loss is a mean over; at least ten sets. */
const LOGITS = 8000;
const WIDEST = 15;

/** Logits of a scale that one moves, the probabilities they become, and what they lose. */
export function FirstLoss({ session }: { session: Session }) {
  const vocabulary = (session.main.value?.info.vocabulary ?? []).map(characterText);
  const classes = vocabulary.length;
  const scale = useSignal(1);
  const answer = useSignal(1);
  const normals = useSignal<Float32Array | undefined>(undefined);
  useEffect(() => {
    if (classes > 0)
      void runExperiment((here) =>
        here.randn(SEED, classes * Math.max(10, Math.floor(LOGITS / classes))),
      ).then(
        (drawn) => {
          normals.value = drawn;
        },
        (error) => {
          session.problem.value = messageOf(error);
        },
      );
  }, [classes, normals, session]);
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
    <div class="aid first-loss">
      <p>
        The loss is −ln p, with p what the network gave the character that really came. Before it has learned
        anything it should favour none: p = 1/{whole(classes)} for each, and −ln(1/{whole(classes)}) = ln{' '}
        {whole(classes)} = {fixed(chance, 4)}, whatever comes. Equal logits do that. Logits that differ by
        chance are opinions without a reason: now and then they are right, more often one of them is
        confidently wrong, and being wrong with confidence costs without limit.
      </p>
      <Slider
        label="Scale of the logits"
        value={scale.value}
        min={0}
        max={WIDEST}
        step={0.1}
        text={fixed(scale.value, 1)}
        onValue={(value) => {
          scale.value = value;
        }}
      />
      {shown && (
        <>
          <div
            class="probabilities"
            role="img"
            aria-label={`Probabilities of ${whole(classes)} characters; the largest is ${fixed(Math.max(...shown.probabilities), 3)}, equal ones would be ${fixed(1 / classes, 3)}`}
          >
            <div class="even" style={{ bottom: `${100 / classes}%` }} />
            {shown.probabilities.map((p, i) => (
              <div key={i} class={i === right ? 'bar right' : 'bar'}>
                <i style={{ height: `${100 * p}%` }} />
              </div>
            ))}
          </div>
          <div class="characters" aria-hidden="true">
            {vocabulary.map((character, i) => (
              <span key={i} class={i === right ? 'right' : ''}>
                {[...character].length > 1 ? '▯' : character}
              </span>
            ))}
          </div>
          <Choice
            label="The character that came"
            value={String(right)}
            options={vocabulary.map(
              (character, i) => [String(i), i === 0 ? `${character} (end of the name)` : character] as const,
            )}
            onValue={(value) => {
              answer.value = Number(value);
            }}
          />
          <dl class="results" aria-live="polite">
            <div>
              <dt>this character loses</dt>
              <dd>
                −ln {probability(shown.probabilities[right])} = {fixed(shown.losses[right], 4)}
              </dd>
            </div>
            <div>
              <dt>expected, whatever comes</dt>
              <dd>{fixed(shown.expected, 4)}</dd>
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

const probability = (p: number): string => (p >= 0.0001 ? fixed(p, 4) : p.toExponential(1));
