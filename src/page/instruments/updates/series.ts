/** What the runs' lines over the steps are drawn from. */
import { computed } from '@preact/signals';
import type { Session } from '../../session/session.js';
import { layerNames, matrixName, type PlacedLayer, parameterName } from '../../view/layer-names.js';
import { kindOf } from '../shared/activation-layers.js';
import type { ChosenLayer } from '../shared/chosen-layer.js';
import { cursorOf, type Shown, shownOf, type Which } from '../shared/shown.js';

export interface Series {
  steps: Float64Array;
  columns: Float32Array[];
  parameters: { name: string; shape: readonly number[] }[];
  /** Of the activation layers. */
  names: string[];
  kind: string;
}

export interface Source {
  own: Series;
  beside: Series | undefined;
  chosen: string | undefined;
  cursor: number | undefined;
}

/** Matrices are called after their layers: what is chosen there stands out here. */
const nameOfParameter = (name: string, shape: readonly number[], layers: readonly PlacedLayer[]): string =>
  (shape.length === 2 ? matrixName : parameterName)(name, layers);

export function tracked(shown: Shown): Series {
  const { steps, columns } = shown.frame.series;
  const { parameters, layers } = shown.moment.snapshot;
  const names = layerNames(layers);
  return {
    steps,
    columns,
    parameters: parameters.map(({ name, shape }) => ({ name: nameOfParameter(name, shape, layers), shape })),
    names: layers.flatMap(({ activation, place }) => (activation ? (names.get(place) ?? place) : [])),
    kind: kindOf(shown.moment.snapshot) ?? '',
  };
}

export interface ChartOfRunProps {
  session: Session;
  shown: Shown;
  chosen: ChosenLayer;
}

export const sourceOf = (session: Session, which: Which, chosen: ChosenLayer) =>
  computed((): Source | undefined => {
    const shown = shownOf(session);
    const own = shown.find((each) => each.which === which);
    const beside = shown.find((each) => each.which !== which);
    if (own === undefined) return undefined;
    return {
      own: tracked(own),
      beside: beside && tracked(beside),
      chosen: chosen.name.value,
      cursor: cursorOf(session),
    };
  });

export const recorded = ({ frame }: Shown): boolean => frame.series.steps.length > 0;
