import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, temporaryFolder } from '../cli/command.js';

// The commands of the guide, run as they stand there. What a test does not have, a cluster, small scripts stand for.
const guide = readFileSync(fileURLToPath(new URL('../../docs/many-runs.md', import.meta.url)), 'utf8');
const sections = new Map(
  guide.split(/^#+ /m).map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
);
/** The code of a section, in order. */
function code(section: string, language = 'sh'): string[] {
  const text = sections.get(section) ?? '';
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block]) => block);
}

const { folder, remove } = temporaryFolder();
afterAll(remove);
const bin = join(folder, 'bin');
mkdirSync(bin);

function script(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/bash\n${text}`);
  chmodSync(join(bin, name), 0o755);
}

// Where runs are made: fewer and shorter ones.
script(
  'lanewise',
  `case " $* " in
  *' --merge '*) small=() ;;
  *' --set '*) small=(--names ../ten.txt --steps 5) ;;
  *) small=(--names ../ten.txt --steps 5 --set gain) ;;
esac
exec '${process.execPath}' '${cli}' "$@" "\${small[@]}"
`,
);
const parallel = spawnSync('parallel', ['--version'], { encoding: 'utf8' }).stdout?.startsWith(
  'GNU parallel',
);
if (!parallel)
  script(
    'parallel',
    'while read -r each; do bash -c "$(sed "s/{}/$each/g" <<< "$*")" < /dev/null || exit; done\n',
  );
script('srun', 'while [[ $1 == -* ]]; do shift; done\nexec "$@"\n');
// Each task of the array, with the variables that SLURM sets.
script(
  'sbatch',
  `for last; do :; done
case " $* " in *' --wrap '*) exec bash -c "$last" ;; esac
directive() { sed -n "s/^#SBATCH --$1=//p" "$last"; }
array=$(directive array)
export SLURM_ARRAY_TASK_MIN=\${array%-*} SLURM_ARRAY_TASK_MAX=\${array#*-} SLURM_ARRAY_TASK_STEP=1
export SLURM_ARRAY_TASK_COUNT=$((SLURM_ARRAY_TASK_MAX - SLURM_ARRAY_TASK_MIN + 1))
export SLURM_CPUS_PER_TASK=$(directive cpus-per-task)
for id in $(seq "$SLURM_ARRAY_TASK_MIN" "$SLURM_ARRAY_TASK_MAX"); do
  SLURM_ARRAY_TASK_ID=$id bash "$last" >&2 || exit
done
echo 4711
`,
);
writeFileSync(
  join(folder, 'ten.txt'),
  'emma\nolivia\nava\nisabella\nsophia\ncharlotte\nmia\namelia\nharper\nevelyn\n',
);

/** Runs commands in a folder of their own, whose path it gives. */
function inFolder(name: string, commands: string, env: Record<string, string> = {}): string {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const { status, stderr } = spawnSync('bash', ['-e', '-c', commands], {
    cwd: own,
    encoding: 'utf8',
    env: { ...process.env, ...env, PATH: `${bin}${delimiter}${process.env.PATH}`, FORCE_COLOR: undefined },
  });
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return own;
}

let page = '';
beforeAll(() => {
  const own = inFolder('one', 'lanewise experiment --json runs.json --report runs.html');
  page = readFileSync(join(own, 'runs.html'), 'utf8');
  expect(JSON.parse(readFileSync(join(own, 'runs.json'), 'utf8')).runs).toHaveLength(4);
});
const reportOf = (own: string, name = 'runs.html') => readFileSync(join(own, name), 'utf8');

describe('the guide to many runs', () => {
  it('begins with two shards and their merge', () => {
    const [commands] = code('Many runs on many machines');
    const own = inFolder('begin', commands);
    expect(reportOf(own)).toBe(page);
    expect(JSON.parse(reportOf(own, 'runs.json')).runs).toHaveLength(4);
  });

  it(`has GNU parallel${parallel ? '' : ' (which is not installed: a loop stands for it)'}`, () => {
    const [commands, elsewhere] = code('GNU parallel');
    expect(reportOf(inFolder('parallel', commands))).toBe(page);
    // On hosts that a test does not have.
    expect(elsewhere).toContain('--sshlogin');
  });

  it('has a SLURM array (scripts stand for sbatch and srun)', () => {
    const [batch, submit] = code('A SLURM array');
    mkdirSync(join(folder, 'slurm'));
    writeFileSync(join(folder, 'slurm/many-runs.sbatch'), batch);
    expect(reportOf(inFolder('slurm', submit))).toBe(page);
  });

  it('has an indexed job of Kubernetes (a loop stands for its pods)', () => {
    const [job, merge] = code('An indexed job of Kubernetes', 'yaml');
    const own = join(folder, 'pods');
    const command = (yaml: string) => {
      const [, args] = /^ *args: \[(.*)\]$/m.exec(yaml) ?? [];
      return `lanewise ${args.replaceAll(', ', ' ').replaceAll('/records', 'records')}`;
    };
    const completions = Number(/^ {2}completions: (\d+)$/m.exec(job)?.[1]);
    expect(job).toMatch(/^ {2}completionMode: Indexed$/m);
    expect(completions).toBeGreaterThan(1);
    expect(command(job)).toContain(`--shard-count "${completions}"`);
    for (let index = 0; index < completions; index++)
      inFolder('pods', command(job), { JOB_COMPLETION_INDEX: String(index) });
    inFolder('pods', command(merge));
    expect(reportOf(own, 'records/runs.html')).toBe(page);
  });

  it('has a folder for each seed', () => {
    const own = inFolder('seeds', code('Another scheduler, other runs')[0]);
    const pages = [1, 2].map((seed) => reportOf(own, `seed-${seed}.html`));
    expect(new Set(pages).size).toBe(2);
    for (const each of pages) expect(each).toContain('lr 0.001');
  });
});
