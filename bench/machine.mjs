// Where and with what something was measured.
import { readFileSync } from 'node:fs';
import { cpus, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as torch from './contenders/torch.mjs';

const read = (path) => JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8'));

export function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    os: operatingSystem(),
    node: process.versions.node,
    v8: process.versions.v8,
    lanewise: read('../package.json').version,
    peers: peers(),
  };
}

/** The name that a Linux gives itself; elsewhere the kernel's. */
function operatingSystem() {
  try {
    const [, name] = readFileSync('/etc/os-release', 'utf8').match(/^PRETTY_NAME="?([^"\n]+)/m);
    return `${name}, ${process.arch}`;
  } catch {
    return `${type()}, ${process.arch}`;
  }
}

/** Versions of what is installed, by name. */
function peers() {
  const installed = Object.keys(read('peers/package.json').dependencies).flatMap((name) => {
    try {
      return [[name, read(`peers/node_modules/${name}/package.json`).version]];
    } catch {
      return [];
    }
  });
  const version = torch.version();
  return Object.fromEntries(version === undefined ? installed : [...installed, ['torch', version]]);
}
