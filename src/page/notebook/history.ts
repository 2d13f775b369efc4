/** Steps: so many edits can be undone. */
const MOST = 500;

/** What something was, is, and was before it was undone. Values are never changed, only replaced. */
export class History<T> {
  #past: T[] = [];
  #present: T;
  #future: T[] = [];
  #group: string | undefined;

  constructor(present: T) {
    this.#present = present;
  }

  get present(): T {
    return this.#present;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** @param group changes of one group that follow each other are one step, until `endGroup` */
  change(to: T, group?: string): void {
    if (group === undefined || group !== this.#group || this.#past.length === 0)
      this.#past = [...this.#past.slice(-MOST + 1), this.#present];
    this.#group = group;
    this.#present = to;
    this.#future = [];
  }

  /** What comes next is a step of its own. */
  endGroup(): void {
    this.#group = undefined;
  }

  undo(): void {
    const before = this.#past.pop();
    if (before === undefined) return;
    this.#future.push(this.#present);
    this.#present = before;
    this.#group = undefined;
  }

  redo(): void {
    const after = this.#future.pop();
    if (after === undefined) return;
    this.#past.push(this.#present);
    this.#present = after;
    this.#group = undefined;
  }
}
