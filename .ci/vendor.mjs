// What of other projects the package carries is as small as it can be: minified, and no source map holds it.
import { readFileSync } from 'node:fs';
import { minify } from 'vite';

const licence = (name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
  return `${name} ${version} (${license})`;
};

const OWN = /(?:^|\/)src\/(?!makemore\/data\/)[^?]*$/;

function unmapped(bundle, file, output) {
  output.code = output.code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  output.map = null;
  delete bundle[`${file}.map`];
}

export const vendored = () => ({
  name: 'vendored',
  enforce: 'post',
  async generateBundle(_, bundle) {
    for (const [file, output] of Object.entries(bundle)) {
      if (output.name === 'echarts') {
        const { code } = await minify(file, output.code, { module: true });
        output.code = `/*! ${licence('echarts')}, ${licence('zrender')} */\n${code}`;
        unmapped(bundle, file, output);
      } else if (output.moduleIds?.every((id) => !OWN.test(id))) {
        unmapped(bundle, file, output);
      } else if (file.endsWith('.map')) {
        const map = JSON.parse(output.source);
        map.sourcesContent = map.sources.map((source, i) =>
          OWN.test(source) ? map.sourcesContent[i] : null,
        );
        output.source = JSON.stringify(map);
      }
    }
  },
});
