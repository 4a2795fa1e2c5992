// A page's experiments: a button each, and beside it what to look for.
// Python sends {revision, list: [{label, look_for}]}.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".experiments");
  if (root.childElementCount === 0) root.append(...data.list.map(makeRow));

  function makeRow({ label, look_for: text }, place) {
    const button = element("button", { type: "button", text: label, onclick: () => setTriggerValue("chosen", { place }) });
    return element("div", { class: "experiment" }, button, element("span", { text }));
  }
}
