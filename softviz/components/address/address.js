// An address to take along, and a button that copies it. Python sends {says, address}.

const addresses = new WeakMap();

export default function ({ data, parentElement }) {
  let show = addresses.get(parentElement);
  if (!show) addresses.set(parentElement, (show = makeAddress(parentElement.querySelector(".address"))));
  show(data);
  return () => addresses.delete(parentElement);
}

function makeAddress(root) {
  const says = element("p"), address = element("code"), told = element("output", { class: "muted" });
  const copy = element("button", { type: "button", text: "Copy", onclick: take });
  root.append(says, element("div", { class: "row" }, address, copy, told));

  async function take() {
    try {
      await navigator.clipboard.writeText(address.textContent);
      told.textContent = "Copied.";
    } catch {   // no permission, or a page that came by http: mark it for the learner's own Ctrl+C
      getSelection().selectAllChildren(address);
      told.textContent = "Marked: press Ctrl+C or ⌘C to copy.";
    }
  }

  return (data) => {
    if (address.textContent !== data.address) told.textContent = "";
    says.textContent = data.says;
    address.textContent = data.address;
  };
}
