/** Pixels of the screen for each CSS pixel of an element, which a style may zoom. */
export const pixelDensity = (element: Element): number =>
  devicePixelRatio * ('currentCSSZoom' in element ? element.currentCSSZoom : 1);
