// What shows a value asks whether it is a chart, and so has this module; the rest of it waits here.
export * from 'lanewise/charts';
