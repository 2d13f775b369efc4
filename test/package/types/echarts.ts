// A description goes into a chart of one's own as it is.
import * as echarts from 'echarts';
import type { EChartsType } from 'echarts/core';
import { linesOver } from 'lanewise/charts';

const option = linesOver({ lines: [], x: 'step', y: 'loss' });
export const whole = (host: HTMLElement): void => echarts.init(host).setOption(option);
export const parts = (chart: EChartsType): void => chart.setOption(option);
