// Prints as JSON what the library makes of a table of data, with every option that it has, and what it understands of that itself.
import {
  CMCD_EVENT_MODE, CMCD_KEYS, CMCD_REQUEST_MODE, CmcdEventType, CmcdHeaderField, CmcdPlayerState, CmcdReporter,
  appendCmcdHeaders, appendCmcdQuery, decodeCmcd, encodeCmcd, prepareCmcdData, toCmcdHeaders, toCmcdQuery, toCmcdUrl,
} from "@svta/cml-cmcd";
import { SfItem, SfToken } from "@svta/cml-structured-field-values";

// What has no time of its own gets that of its encoding.
Date.now = () => 1764677101751;

const per = (v, a) => [new SfItem(v, { v: true }), new SfItem(a, { a: true })];
const everything = {
  ab: per(3200, 128), bg: true, bl: per(21300, 18049), br: per(3200, 128), bs: true, bsa: per(3, 1), bsd: [1200], bsda: per(4150, 350),
  cdn: "cdn-a", cen: "chapter", cid: 'film "of" back\\slashes', cmsdd: "ZXRwPTk2", cmsds: "b3Q9dg==", cs: "g48djn", d: 4004, dfa: 32, dl: 18549,
  e: "ce", ec: ["CODEC", "2001"], h: "example.com", lab: per(500, 32), lb: per(500, 32), ltc: 13500, msd: 1700, mtp: per(48149, 6000),
  nor: [new SfItem("../300kbps/track.m4v", { r: "0-99" }), "next seg.m4v"], nr: true, ot: "v", pb: per(2000, 164), pr: 1.08, pt: 632782, rc: 200,
  rtp: 12049, sf: "d", sid: "6e2fb550-c457-11e9-bb97-0800200c9a66", smrt: "KCk7bj1P", sn: 129, st: "v", sta: "p", su: true, tab: per(6000, 350),
  tb: per(6000, 350), tbl: per(2000, 2000), tpb: per(5000, 164), ts: 1764677101751, ttfb: 512, ttfbb: 632, ttlb: 4018,
  url: "https://example.com/video/32.mp4?a=1&b=2", "com.example-text": "a, b; c=(d)", "com.example-token": Symbol("tok/en"), "com.example-number": -12.5,
};
const data = {
  everything,
  minimal: { sid: "6e2fb550-c457-11e9-bb97-0800200c9a66" },
  falsities: { bs: false, su: false, bg: false, nr: false, pr: 1, br: [0], bl: [0], sid: "" },
  odd: { pr: 0.333333, br: [2.5], bl: [49.9], mtp: [51], cid: "ascii ~!@#$%^&*()_+`-={}|[]:;'<>?,./", d: 1e14, dl: -1 },
  response: { ...everything, e: "rr" },
};
for (const event of Object.values(CmcdEventType)) data[`event ${event}`] = { ...everything, e: event };
for (const state of Object.values(CmcdPlayerState)) data[`state ${state}`] = { ...everything, e: "ps", sta: state };
for (const key of CMCD_KEYS) if (everything[key] !== undefined) data[`only ${key}`] = { [key]: everything[key] };
for (const ot of ["m", "a", "v", "av", "i", "c", "tt", "k", "o"]) data[`object ${ot}`] = { ...everything, ot };

const options = {
  plain: {},
  filtered: { filter: (key) => key !== "br" && key !== "nor" },
  formatted: { formatters: { br: (_, { version }) => (version === 1 ? 777 : [new SfItem(777, { av: true })]), sid: (value) => `${value}/x` } },
  based: { baseUrl: "https://example.com/video/main.m3u8" },
  sharded: { customHeaderMap: { [CmcdHeaderField.SESSION]: ["com.example-text"], [CmcdHeaderField.STATUS]: ["com.example-number"] } },
  events: { events: ["ps", "ce"] },
};

const plain = (value) =>
  Array.isArray(value) ? value.map((item) => (item instanceof SfItem ? { value: plain(item.value), params: item.params } : plain(item)))
    : value instanceof SfItem ? plain(value.value)
    : value instanceof SfToken ? { token: value.description } : value;

const cases = [];
for (const [name, cmcd] of Object.entries(data))
  for (const [option, more] of Object.entries(options))
    for (const version of [1, 2])
      for (const reportingMode of [CMCD_REQUEST_MODE, CMCD_EVENT_MODE]) {
        const all = { ...more, version, reportingMode };
        const text = encodeCmcd(cmcd, all);
        cases.push({
          name: `${name}, ${option}, version ${version}, ${reportingMode}`,
          version,
          text,
          query: toCmcdQuery(cmcd, all),
          url: appendCmcdQuery("https://example.com/video/1.m4s?token=1", cmcd, all),
          argument: toCmcdUrl(cmcd, all),
          headers: toCmcdHeaders(cmcd, all),
          appended: appendCmcdHeaders({ accept: "*/*" }, cmcd, all),
          json: JSON.stringify(prepareCmcdData(cmcd, all), (_, value) => (value instanceof SfToken ? value.description : typeof value === "symbol" ? value.description : value)),
          understood: Object.fromEntries(Object.entries(decodeCmcd(text, { useSymbol: false })).map(([key, value]) => [key, plain(value)])),
        });
      }

// What players send in event mode: bodies of several lines.
const bodies = [];
const requester = async (request) => (bodies.push({ type: request.headers["Content-Type"], body: request.body }), { status: 204 });
const { ts, sn, e, ...session } = everything;
for (const batchSize of [1, 3, 50]) {
  const reporter = new CmcdReporter({
    sid: everything.sid, cid: "content", version: 2, transmissionMode: "query", enabledKeys: [...CMCD_KEYS],
    eventTargets: [{ url: "https://collector.example/cmcd?session=1", events: Object.values(CmcdEventType), enabledKeys: [...CMCD_KEYS], interval: 0, batchSize }],
  }, requester);
  reporter.start();
  reporter.update(session);
  for (const event of Object.values(CmcdEventType)) reporter.recordEvent(event, { ts });
  reporter.stop(true);
}

process.stdout.write(JSON.stringify({ cases, bodies }));
