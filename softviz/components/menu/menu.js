// The menu: links that lead on within the session, and that open in a tab of their own as any link does.
// Python sends {groups: [{name, pages: [{key, name, address, here}]}]}; an address carries what the learner has set.

const menus = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let menu = menus.get(parentElement);
  if (!menu) menus.set(parentElement, (menu = makeMenu(parentElement.querySelector("nav"), data.groups)));
  menu.receive(data.groups, setTriggerValue);
  return () => menus.delete(parentElement);
}

// On a phone the sidebar lies over the page; whoever has chosen a page wants to see it.
const uncoverPage = () => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();

function makeMenu(nav, groups) {
  const links = new Map();
  let leave = () => {};
  for (const { name, pages } of groups) {
    nav.append(element("p", { class: "muted", text: name }), element("ul", { "aria-label": name }, ...pages.map(makeEntry)));
  }

  function makeEntry({ key, name, here }) {
    const link = element("a", { text: name, "aria-current": here && "page", onclick: (event) => follow(event, key) });
    links.set(key, link);
    return element("li", {}, link);
  }

  function follow(event, key) {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (matchMedia("(max-width: 768px)").matches) uncoverPage();
    leave(key);
  }

  function receive(groups, setTriggerValue) {
    leave = (key) => setTriggerValue("page", key);
    for (const { key, address } of groups.flatMap(({ pages }) => pages)) links.get(key).setAttribute("href", address);
  }
  return { receive };
}
