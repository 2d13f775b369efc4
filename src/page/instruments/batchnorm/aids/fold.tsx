import { useState } from 'preact/hooks';
import type { FoldReport } from '../../../engine/protocol.js';
import type { Session } from '../../../session/session.js';
import { fixed, small, whole } from '../../../view/figures.js';

/** The run's network with its batch norms multiplied into its linear layers, beside itself. */
export function FoldAid({ session }: { session: Session }) {
  const [measured, setMeasured] = useState<{ id: number; result: FoldReport }>();
  const measure = async () => {
    const folded = await session.atRest('folding the batch norms', async (id) => ({
      id,
      result: await session.worker.fold(id),
    }));
    if (folded !== undefined) setMeasured(folded);
  };
  // Of another run it is not shown.
  const result = measured?.id === session.main.value?.info.id ? measured?.result : undefined;
  return (
    <div class="aid">
      <p>
        Yes, once training is over (the lecture’s exercise E02). With given statistics a batch norm is a line
        for each unit, scale · x + shift with scale = gamma/√(var + eps) and shift = beta − mean · scale; a
        linear layer can take it in: W′ = W · scale, b′ = b · scale + shift. What is left is a smaller network
        with the same outputs.
      </p>
      <button type="button" onClick={measure} disabled={session.busy.value !== undefined}>
        Fold this network and compare
      </button>
      <div role="status">
        {result !== undefined &&
          (result.norms === 0 ? (
            <p>This network has no batch norm: nothing to fold.</p>
          ) : (
            <table class="measured">
              <caption>
                After step {whole(result.step)}, running statistics, {whole(result.examples)} examples of the
                validation split
              </caption>
              <thead>
                <tr>
                  <td />
                  <th scope="col">as trained</th>
                  <th scope="col">folded</th>
                </tr>
              </thead>
              <tbody>
                <tr>
                  <th scope="row">Batch norms</th>
                  <td>{result.norms}</td>
                  <td>{result.left}</td>
                </tr>
                <tr>
                  <th scope="row">Parameters</th>
                  {result.parameters.map((count, i) => (
                    <td key={i === 0 ? 'trained' : 'folded'}>{whole(count)}</td>
                  ))}
                </tr>
                <tr>
                  <th scope="row">Loss</th>
                  {result.losses.map((loss, i) => (
                    <td key={i === 0 ? 'trained' : 'folded'}>{fixed(loss, 6)}</td>
                  ))}
                </tr>
                <tr>
                  <th scope="row">Largest difference of a logit</th>
                  <td colSpan={2}>
                    <b>{small(result.largest)}</b>, of logits up to {fixed(result.scale, 2)}
                  </td>
                </tr>
              </tbody>
            </table>
          ))}
      </div>
    </div>
  );
}
