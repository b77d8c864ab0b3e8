// Taken once: where a global is looked up through a sandbox, as under jest, the look-up costs more than the sum.
const { imul, max } = Math;

/** Words of a slot: node + 1 (0 when free), unit, child. Four, so that a slot never crosses a cache line. */
const STRIDE = 4;

/**
 * A tree of UTF-16 units with several roots, in typed arrays: finding the child of a node is one look into a hash table
 * with open addressing, and makes no string. Nodes are numbered in the order in which they were made, so that a parent
 * always comes before its children.
 */
export class Trie {
  readonly roots: number;
  size: number;
  parent: Int32Array;
  unit: Uint16Array;
  private slots: Int32Array;
  private mask: number;
  private growing = true;

  constructor(roots: number, capacity = 1024) {
    this.roots = roots;
    this.size = roots;
    this.parent = new Int32Array(max(capacity, roots)).fill(-1, 0, roots);
    this.unit = new Uint16Array(this.parent.length);
    this.mask = tableSize(this.parent.length) - 1;
    this.slots = new Int32Array((this.mask + 1) * STRIDE);
  }

  /** From here on, `next` no longer makes nodes. */
  freeze(): void {
    this.growing = false;
  }

  /** The child of `node` along `unit`; while growing it is made when missing, afterwards −1 says that there is none. */
  next(node: number, unit: number): number {
    const slots = this.slots;
    let at = slotOf(node, unit) & this.mask;
    for (;;) {
      const owner = slots[at * STRIDE] as number;
      if (owner === 0) return this.growing ? this.add(node, unit, at) : -1;
      if (owner === node + 1 && slots[at * STRIDE + 1] === unit) return slots[at * STRIDE + 2] as number;
      at = (at + 1) & this.mask;
    }
  }

  private add(node: number, unit: number, at: number): number {
    const child = this.size;
    if (child === this.parent.length) {
      this.enlarge();
      return this.next(node, unit);
    }
    this.parent[child] = node;
    this.unit[child] = unit;
    this.place(at, node, unit, child);
    this.size++;
    return child;
  }

  private place(at: number, node: number, unit: number, child: number): void {
    this.slots[at * STRIDE] = node + 1;
    this.slots[at * STRIDE + 1] = unit;
    this.slots[at * STRIDE + 2] = child;
  }

  private enlarge(): void {
    const parent = new Int32Array(this.parent.length * 2);
    const unit = new Uint16Array(parent.length);
    parent.set(this.parent);
    unit.set(this.unit);
    this.parent = parent;
    this.unit = unit;
    this.mask = tableSize(parent.length) - 1;
    this.slots = new Int32Array((this.mask + 1) * STRIDE);
    for (let child = this.roots; child < this.size; child++) {
      const node = parent[child] as number;
      let at = slotOf(node, unit[child] as number) & this.mask;
      while (this.slots[at * STRIDE] !== 0) at = (at + 1) & this.mask;
      this.place(at, node, unit[child] as number, child);
    }
  }
}

/** The power of two that leaves at least half of the table free. */
function tableSize(nodes: number): number {
  return 2 ** Math.ceil(Math.log2(max(8, nodes * 2)));
}

function slotOf(node: number, unit: number): number {
  const mixed = imul(node ^ (unit << 20) ^ unit, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
