// What FullCalendar itself makes of the calendar and of the feeds: SERVER TOKEN FEED PAGE, after the events that fullcalendar.sh makes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSDOM } from "jsdom";

const [server, token, feed, page] = process.argv.slice(2);
const { window } = new JSDOM("<!doctype html><div id=calendar></div>", { url: `${server}/` });
for (const name of ["window", "document", "HTMLElement", "Element", "Node", "MutationObserver", "getComputedStyle"]) globalThis[name] ??= window[name];
globalThis.window = window;
// A page of this site has its session in a cookie; here it is a header.
const asked = [];
const plain = globalThis.fetch;
globalThis.fetch = window.fetch = (address, options) => {
  asked.push(new URL(address, server));
  return plain(new URL(address, server), { ...options, headers: { ...options?.headers, Authorization: `Bearer ${token}` } });
};

// ical.js, which reads feeds for it, has no exports that Node's `import` finds.
const require = createRequire(import.meta.url);
const { Calendar } = require("@fullcalendar/core");
const { default: dayGrid } = require("@fullcalendar/daygrid");
const { default: iCalendar } = require("@fullcalendar/icalendar");

async function shown(options) {
  const calendar = new Calendar(window.document.getElementById("calendar"), {
    plugins: [dayGrid, iCalendar],
    initialView: "dayGridMonth",
    initialDate: "2027-03-15",
    ...options,
  });
  const done = new Promise((resolve, reject) => {
    calendar.setOption("loading", (isLoading) => isLoading || setTimeout(resolve, 0));
    calendar.setOption("eventSourceFailure", reject);
  });
  calendar.render();
  await done;
  const events = calendar.getEvents().sort((a, b) => a.start - b.start);
  const drawn = window.document.querySelectorAll(".fc-event").length;
  calendar.destroy();
  return { events, drawn };
}

// What docs/calendar.md tells its readers to write.
const snippets = [...readFileSync(page, "utf8").matchAll(/^```js\n(.*?)^```$/gms)].map(([, text]) => text);
assert.equal(snippets.length, 1, "the page has one snippet");
const documented = () => new Function(`return ${snippets[0].trim()}`)();

for (const timeZone of ["local", "UTC", "America/Chicago"]) {
  const { events, drawn } = await shown({ ...documented(), timeZone });
  assert.deepEqual(events.map((event) => event.title), ["Career fair", "Two days", "Łódź 🎉"], timeZone);
  assert.ok(drawn >= 4, `${timeZone}: ${drawn} are drawn, one of them over two days`);
  const [fair] = events;
  assert.equal(fair.id, "1");
  assert.equal(fair.backgroundColor, "#007bff");
  assert.deepEqual(fair.classNames, []);
  assert.equal(fair.url, "/api/v1/tenants/kckps/events/1");
  assert.equal(fair.allDay, false);
  assert.deepEqual(
    [fair.extendedProps.status, fair.extendedProps.type, fair.extendedProps.volunteers_needed, fair.extendedProps.fill_percent],
    ["published", "career_fair", 4, 0],
  );
  // In a named zone it shows the digits as they are, in others it knows the moment.
  assert.equal(fair.startStr.slice(0, 16), timeZone === "America/Chicago" ? "2027-03-04T09:00" : "2027-03-04T15:00", timeZone);
}
assert.ok(asked.some((address) => address.searchParams.get("timeZone") === "America/Chicago"), "it sends the zone");

for (const [url, titles] of [[`/calendar/kckps/events.ics`, ["Career fair"]], [feed, ["Career fair", "Two days", "Łódź 🎉"]]]) {
  const { events } = await shown({ events: { url, format: "ics" }, timeZone: "UTC" });
  assert.deepEqual(events.map((event) => event.title), titles, url);
  assert.equal(events[0].start.toISOString(), "2027-03-04T15:00:00.000Z");
  assert.equal(events[0].end.toISOString(), "2027-03-04T17:30:00.000Z");
}
console.log("fullcalendar: the calendar in three zones, the public feed, a secret one");
