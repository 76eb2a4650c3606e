// What the tests ask of the page.
import * as binary from "./calls";
import * as text from "./text";

interface Stream {
  messages: unknown[];
  end?: unknown;
  controller: AbortController;
  changed: () => void;
}

const streams: Record<string, Stream> = {};

Object.assign(window, {
  unary: binary.unary,

  // Begins a stream, which goes on by itself.
  start(id: string, mode: "binary" | "text", call: binary.Call) {
    const current: Stream = { messages: [], controller: new AbortController(), changed: () => {} };
    streams[id] = current;
    const open = mode === "text" ? text.stream : binary.stream;
    const onMessage = (message: unknown) => {
      current.messages.push(message);
      current.changed();
    };
    void open(call, current.controller.signal, onMessage).then((end) => {
      current.end = end;
      current.changed();
    });
  },

  // What has come of a stream, as soon as it is so many messages, or it has ended.
  async seen(id: string, count: number) {
    const current = streams[id]!;
    while (current.messages.length < count && !current.end) await new Promise<void>((resolve) => (current.changed = resolve));
    return { messages: current.messages, end: current.end ?? null };
  },

  abort(id: string) {
    streams[id]!.controller.abort();
  },

  // Offers a download as pages do: an anchor, which leaves name and folder to the browser.
  offer(url: string) {
    const anchor = Object.assign(document.createElement("a"), { id: "offer", href: url, textContent: "Download" });
    document.body.replaceChildren(anchor);
  },
});
