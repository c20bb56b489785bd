// Keeps a list up to date: fetches its HTML again and again and changes only the entries that differ.

const live = document.getElementById("live");
const offline = document.getElementById("offline");
const news = document.getElementById("news");
let last = null;

export async function refresh(apply) {
  try {
    const response = await fetch(live.dataset.source);
    const html = await response.text();
    offline.hidden = response.ok;
    if (response.ok && html !== last) {
      last = html;
      apply(new DOMParser().parseFromString(html, "text/html"));
    }
  } catch {
    offline.hidden = false;
  }
}

export function watch(apply) {
  const tick = async () => {
    if (!document.hidden) await refresh(apply);
    setTimeout(tick, 500);
  };
  tick();
}

export function say(sentence) {
  news.textContent = sentence;
}

export function replaceEmpty(fresh) {
  document.getElementById("empty")?.remove();
  const empty = fresh.getElementById("empty");
  if (empty) live.append(document.adoptNode(empty));
}

document.getElementById("user").addEventListener("change", (event) => event.target.form.submit());
