// Makes a program, with all that it imports, one text: `import text from '….ts?script'`. A worker of it needs no file.
import { build } from 'vite';
import { embedded } from './embed.mjs';
import { leanLoader } from './loader.mjs';

export const threads = () => ({
  name: 'threads',
  enforce: 'pre',
  load: {
    filter: { id: /\.ts\?script$/ },
    async handler(id) {
      const entry = id.slice(0, -'?script'.length);
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        plugins: [leanLoader(), embedded()],
        build: {
          write: false,
          target: 'es2022',
          minify: true,
          lib: { entry, formats: ['iife'], name: 'lanewise' },
        },
      });
      const [{ output }] = Array.isArray(built) ? built : [built];
      if (output.length !== 1)
        throw new Error(`threads: expected one file of ${entry}, got ${output.length}`);
      for (const file of output[0].moduleIds)
        if (!file.startsWith('\0')) this.addWatchFile(file.split('?')[0]);
      return {
        code: `export default ${JSON.stringify(output[0].code)};`,
        map: null,
        moduleSideEffects: false,
      };
    },
  },
});
