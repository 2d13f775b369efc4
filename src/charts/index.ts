/**
 * Charts and reports of what was seen of a training.
 *
 * @module lanewise/charts
 */

export { type BarHistogram, barHistogram } from './bar-histogram.js';
export { type BatchNormWidget, batchNormWidget, reachOf, widgetTitle } from './batchnorm-widget.js';
export { type CanvasChart, type ChartElement, canvasChart } from './canvas.js';
export {
  Chart,
  type ChartData,
  type Drawn,
  type HistogramOptions,
  histogram,
  type ImageOptions,
  image,
  type LinesOptions,
  lines,
  type NormalisedOptions,
  normalised,
  type RidgesOptions,
  ridges,
  type ScatterOptions,
  scatter,
} from './chart.js';
export { type ComparedLayers, comparedLayers } from './compared-layers.js';
export { type ComparedLosses, comparedLosses } from './compared-losses.js';
export { type AgainstDiagonal, againstDiagonal } from './diagonal.js';
export { renderExperiments } from './experiments-report.js';
export type { ChartOption, Look } from './frame.js';
export {
  commonBounds,
  type Histogram,
  type LayerHistograms,
  type LayerStats,
  layerHistograms,
  topOf as densityTop,
} from './layer-histograms.js';
export { type LayersOverTime, layersOverTime } from './layers-over-time.js';
export { type Lines, linesOver } from './lines.js';
export { type LossCurve, lossCurve } from './loss-curve.js';
export type {
  Finding,
  InitialState,
  LossLogRow,
  ReportData,
  SplitLosses,
  WeightGradient,
} from './report/data.js';
export type {
  ComparedLayer,
  ComparedResult,
  ComparedRun,
  ComparedSet,
  ExperimentsData,
} from './report/experiments-data.js';
export { type LossAtTheEnd, lossAtTheEnd, type Reading, readLoss } from './report/readings.js';
export { renderReport } from './report.js';
export type { Ridges } from './ridges.js';
export { type ReportedRecord, type ReportedRun, runReport } from './run-report.js';
export { deadUnits, type Saturation, saturatedShare, saturationImage } from './saturation-image.js';
export { type Scatter, scatterPlot } from './scatter-plot.js';
export {
  activationGradientsOf,
  activationsOf,
  initialOf,
  plainHistogram,
  preactivationsOf,
  saturationOf,
  updatesOf,
  weightGradientsOf,
} from './snapshots.js';
export { chartSvg, renderSvg, type SvgOptions } from './svg.js';
export { type ChartTheme, dark, light, themes } from './theme.js';
export { type UpdatedParameter, type UpdateToData, updateRatios } from './update-ratio.js';
export type { TensorLike, Values } from './values.js';
export { smoothingWindow, windowMeans } from './window-means.js';
