import type { Session } from '../../session/session.js';
import { percent, whole } from '../../view/figures.js';
import { layerIn } from '../../view/label.js';
import { Table } from '../../view/table.js';
import type { Inspection } from './inspection.js';

/** Most units that are listed one by one. */
const LISTED = 12;

/** On demand: which units no example of the training split gets a gradient through. */
export function Survey({ session, inspection }: { session: Session; inspection: Inspection }) {
  const survey = inspection.survey.value;
  const run = session.main.value;
  if (run === undefined) return null;
  const dead = survey?.layers.reduce((sum, layer) => sum + layer.dead.length, 0) ?? 0;
  const relu = survey?.layers.every(({ place }) => place.endsWith('ReLU'));
  return (
    <section class="survey">
      <p>
        <button
          type="button"
          disabled={session.busy.value !== undefined}
          onClick={() => void inspection.look()}
        >
          Look at every training example
        </button>{' '}
        <span role="status">
          {survey === undefined
            ? 'A column of this batch says little about the others.'
            : `At step ${whole(survey.step)}, over ${whole(survey.examples)} examples: ${dead === 0 ? 'no unit is dead in all of them.' : `${whole(dead)} ${dead === 1 ? 'unit is' : 'units are'} dead in all of them.`}`}
        </span>
      </p>
      {survey !== undefined && (
        <div class="scroll">
          <Table
            heads={[
              'layer',
              'units',
              relu ? 'not active' : `saturated (beyond ${survey.threshold})`,
              'dead in all examples',
            ]}
            rows={survey.layers.map(({ place, position, units, saturated, dead }) => ({
              head: layerIn(run, place),
              cells: [
                whole(units),
                percent(saturated),
                <>
                  {dead.length === 0 ? 'none' : `${whole(dead.length)}: `}
                  {dead.slice(0, LISTED).map((unit) => (
                    <button
                      key={unit}
                      type="button"
                      class="small"
                      aria-label={`Look at unit ${unit} of ${layerIn(run, place)}`}
                      onClick={() =>
                        void inspection.choose({ run: run.info.id, layer: position, place, unit })
                      }
                    >
                      {unit}
                    </button>
                  ))}
                  {dead.length > LISTED && ` and ${whole(dead.length - LISTED)} more`}
                </>,
              ],
            }))}
          />
        </div>
      )}
    </section>
  );
}
