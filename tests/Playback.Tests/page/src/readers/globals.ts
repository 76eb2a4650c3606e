// Players expect a browser around them, even where they only read text.
Object.assign(globalThis, {
  self: globalThis,
  window: globalThis,
  location: { href: "http://page.example/", protocol: "http:" },
  navigator: { userAgent: "", vendor: "", platform: "", languages: [] },
  document: { createElement: () => ({ canPlayType: () => "" }), addEventListener() {} },
  addEventListener() {},
});

// Browsers of today have it, Node.js 20 has not.
Map.prototype.getOrInsertComputed ??= function (key, make) {
  if (!this.has(key)) this.set(key, make(key));
  return this.get(key);
};
