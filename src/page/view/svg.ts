/** Charts as SVG files: loaded when the first is saved. */
export { renderSvg } from 'lanewise/charts';
