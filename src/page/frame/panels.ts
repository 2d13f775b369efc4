/** All panels that can fill the screen, in the order of the page. */
const panels = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.instrument[id]')];

/** The one that is shown first: on most views the network. */
export const firstPanel = (): string | undefined => panels()[0]?.id;

/** The panel so many places behind another; behind the last comes the first. */
export function nextPanel(id: string, by: number): string {
  const all = panels().map((panel) => panel.id);
  return all[(all.indexOf(id) + by + all.length) % all.length] ?? id;
}
