/** Makes an element: what begins with `on` is a listener, `class` and the like are attributes; texts are texts, never HTML. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null));
  return made;
}

const HUES = [212, 158, 32, 282, 345, 190, 58, 250];

/** Gives each subgraph a colour, by the order in which it is met. */
export function colours() {
  const met = new Map();
  return (subgraph) => {
    if (!met.has(subgraph)) met.set(subgraph, HUES[met.size % HUES.length]);
    return `--hue: ${met.get(subgraph)}`;
  };
}
