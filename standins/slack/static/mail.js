import { replaceEmpty, say, watch } from "./live.js";

const list = document.getElementById("mails");

watch((fresh) => {
  const known = list.children.length;
  const mails = [...fresh.getElementById("mails").children];
  const added = mails.filter((mail) => !document.getElementById(mail.id));
  for (const mail of added.reverse()) {
    mail.classList.add("new");
    list.prepend(document.adoptNode(mail));
  }
  replaceEmpty(fresh);
  const count = document.getElementById("count");
  count.textContent = mails.length;
  if (added.length && known) say(`${added.length} new e-mail`);
});
