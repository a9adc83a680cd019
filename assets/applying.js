/* Children are drawn into their element here, not by Dash: Dash makes every child of a changed
   `children` anew, so that rows lose their place, digits their identity and buttons their focus each
   second. Here what was drawn is compared with what is to be drawn; only differences touch the page.
   What the page itself has written (texts of data-tick, hidden, tabindex) stays. */
(function () {
  "use strict";

  const HTML = "dash_html_components";
  const NAMES = { className: "class", tabIndex: "tabindex", htmlFor: "for", colSpan: "colspan" };
  const INNER = new Set(["children", "key", "style"]);
  const drawn = new WeakMap(); // element -> its records: {type, key, props, node, kids}

  function flat(children) {
    if (children === null || children === undefined || typeof children === "boolean") return [];
    return Array.isArray(children) ? children.flatMap(flat) : [children];
  }

  function typeOf(child) {
    if (typeof child !== "object") return "#text";
    if (child.namespace !== HTML) throw new Error(`${child.namespace}.${child.type} cannot be a child`);
    return child.type.toLowerCase();
  }

  /* Who a child is: rows, figures and digits carry a name; others are known by their place. */
  function keyOf(child) {
    if (typeof child !== "object") return null;
    const { key, id, ...props } = child.props;
    return key ?? id ?? props["data-id"] ?? null;
  }

  function make(child) {
    const type = typeOf(child);
    if (type === "#text") {
      return { type, key: null, props: String(child), node: document.createTextNode(child), kids: [] };
    }
    const made = { type, key: keyOf(child), props: {}, node: document.createElement(type), kids: [] };
    update(made, child);
    return made;
  }

  function update(record, child) {
    if (record.type === "#text") {
      if (record.props !== String(child)) record.node.data = record.props = String(child);
      return;
    }
    const before = record.props;
    record.props = child.props;
    for (const name of new Set([...Object.keys(before), ...Object.keys(child.props)]))
      if (!INNER.has(name)) attribute(record.node, name, before[name], child.props[name]);
    styles(record.node.style, before.style || {}, child.props.style || {});
    record.kids = reconciled(record.node, record.kids, flat(child.props.children));
  }

  function attribute(node, name, before, value) {
    if (before === value) return;
    const written = NAMES[name] || name;
    const off = value === null || value === undefined;
    if (off || (value === false && !/^(data|aria)-/.test(name))) node.removeAttribute(written);
    else node.setAttribute(written, value === true && !/^(data|aria)-/.test(name) ? "" : String(value));
  }

  function styles(style, before, after) {
    for (const name of Object.keys(before)) if (!(name in after)) style.removeProperty(dashed(name));
    for (const [name, value] of Object.entries(after))
      if (before[name] !== value) style.setProperty(dashed(name), String(value));
  }

  function dashed(name) {
    return name.startsWith("--") ? name : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  }

  /* Return the records of the new children, each with the node it had. */
  function reconciled(parent, records, children) {
    const named = new Map();
    const places = new Map(); // type -> those without a name, in order
    for (const record of records) {
      if (record.key !== null) named.set(`${record.type} ${record.key}`, record);
      else if (places.has(record.type)) places.get(record.type).push(record);
      else places.set(record.type, [record]);
    }
    const kept = children.map((child) => {
      const [type, key] = [typeOf(child), keyOf(child)];
      const name = `${type} ${key}`;
      const known = key === null ? (places.get(type) || []).shift() : named.get(name);
      if (key !== null) named.delete(name);
      if (!known) return make(child);
      update(known, child);
      return known;
    });
    for (const gone of [...named.values(), ...[...places.values()].flat()]) gone.node.remove();
    const same = kept.length === records.length && kept.every((record, i) => record === records[i]);
    if (!same) kept.forEach((record, i) => put(parent, record.node, parent.childNodes[i] || null));
    return kept;
  }

  /* Move without taking out, where the browser can: focus and running transitions are kept. */
  function put(parent, node, before) {
    if (node === before) return;
    if (node.parentNode === parent && parent.moveBefore) parent.moveBefore(node, before);
    else parent.insertBefore(node, before);
  }

  /* Draw children into an element, whose own attributes stay Dash's. */
  function apply(element, children) {
    let records = drawn.get(element);
    if (!records) {
      element.replaceChildren();
      records = [];
    }
    drawn.set(element, reconciled(element, records, flat(children)));
  }

  const namespace = (window.dash_clientside = window.dash_clientside || {});
  namespace.daping = Object.assign(namespace.daping || {}, { apply });
})();
