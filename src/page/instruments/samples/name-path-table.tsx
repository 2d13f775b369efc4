import type { NamePath } from '../../engine/protocol.js';
import type { RunView } from '../../session/session.js';
import { characterText } from '../../view/character.js';
import { percent, whole } from '../../view/figures.js';
import { chanceOfAll, type Letter, lettersOf, oneIn } from './name-path.js';

interface NamePathProps {
  run: RunView;
  path: NamePath;
  onClose: () => void;
}

/** A name's way through the network: at each letter what it saw, and the probabilities that drew the next. */
export function NamePathTable({ run, path, onClose }: NamePathProps) {
  const { vocabulary, settings } = run.info;
  const letters = lettersOf(path, settings.context);
  const text = (token: number) => characterText(vocabulary[token]);
  const ended = path.tokens.at(-1) === 0;
  const name =
    path.tokens
      .filter((token) => token !== 0)
      .map(text)
      .join('') || '∅';
  return (
    <section class="name-path" aria-label={`How ${name} was drawn`}>
      <header>
        <p role="status">
          <b>{name}</b>
          {!ended && '…'}, letter by letter, at step {whole(path.step)}: a chance of{' '}
          {oneIn(chanceOfAll(letters))}
          {!ended && ` for its first ${path.tokens.length} letters`}.
        </p>
        <button type="button" class="small" onClick={onClose}>
          Close
        </button>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">sees</th>
            <th scope="col">draws</th>
            <th scope="col">chance</th>
            <th scope="col" class="candidates">
              likeliest
            </th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter, i) => (
            <Row key={i} letter={letter} text={text} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  letter: Letter;
  text: (token: number) => string;
}

const Row = ({ letter, text }: RowProps) => (
  <tr>
    <th scope="row">{letter.context.map(text).join('')}</th>
    <td>
      <b>{letter.drawn.token === 0 ? 'end' : text(letter.drawn.token)}</b>
    </td>
    <td>
      {percent(letter.drawn.probability)}
      <span class="visually-hidden">, {letter.rank === 1 ? 'the likeliest' : `number ${letter.rank}`}</span>
    </td>
    <td class="candidates">
      <div>
        {letter.shown.map(({ token, probability }) => (
          <span
            key={token}
            class={token === letter.drawn.token ? 'drawn' : undefined}
            style={{ '--share': `${100 * probability}%` }}
          >
            {text(token)} <small>{percent(probability, 0)}</small>
          </span>
        ))}
      </div>
    </td>
  </tr>
);
