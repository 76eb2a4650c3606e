import { describeError, timestampDate, type RpcFailure } from "@moviesnow/client";
import { BundleKind } from "@moviesnow/client/catalog";
import type { PublicBundle } from "@moviesnow/client/delivery";
import { useRef, useState } from "preact/hooks";
import { EmptyPanel, FailurePanel, Waiting } from "../components/panels";
import { bytes, moment } from "../pure/format";
import { explain } from "../pure/words";
import { useLoad } from "../state/load";
import { useTitle } from "../state/page";
import { Link } from "../state/router";
import { api } from "../state/services";

function nameOf(bundle: PublicBundle): string {
  if (bundle.label) return bundle.label;
  switch (bundle.kind) {
    case BundleKind.SEASON:
      return `Season ${bundle.seasonNumber}`;
    case BundleKind.SEASON_EXTRAS:
      return `Extras of season ${bundle.seasonNumber}`;
    case BundleKind.TITLE_EXTRAS:
      return "Extras";
    default:
      return bundle.episodeIds.length > 0 ? `${bundle.episodeIds.length} episodes` : "Selection";
  }
}

/** 128 random bits: whoever loses the answer gets the link again for the same use of the code. */
function redemptionId(): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...random)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Lets the browser save a file. The link goes nowhere else: it is a secret while it works. */
function save(url: string): void {
  const anchor = Object.assign(document.createElement("a"), { href: url, rel: "noreferrer" });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
}

function BundleItem({ bundle }: { bundle: PublicBundle }) {
  const [failure, setFailure] = useState<RpcFailure>();
  const [busy, setBusy] = useState<"zip" | "manifest">();
  const [code, setCode] = useState("");
  // A code that is sent again after a lost answer is the same redemption.
  const redemption = useRef({ code: "", id: "" });
  const name = nameOf(bundle);

  const fetchLink = async (what: "zip" | "manifest") => {
    if (redemption.current.code !== code) redemption.current = { code, id: redemptionId() };
    const asked = {
      bundle: { case: "bundleId", value: bundle.id } as const,
      options: code ? { token: code.trim(), redemptionId: redemption.current.id } : {},
    };
    setBusy(what);
    setFailure(undefined);
    try {
      const { link } = what === "zip" ? await api.downloads.getBundleUrl(asked) : await api.downloads.getBundleManifestUrl(asked);
      if (what === "zip") redemption.current = { code: "", id: "" };
      save(link!.url);
    } catch (error) {
      setFailure(describeError(error));
    }
    setBusy(undefined);
  };

  return (
    <li class="download">
      <h2>{name}</h2>
      <dl class="download-facts">
        <div>
          <dt>Size</dt>
          <dd title={`${bundle.sizeBytes} bytes`}>{bytes(bundle.sizeBytes)}</dd>
        </div>
        <div>
          <dt>Available until</dt>
          <dd>{bundle.expireTime ? moment(timestampDate(bundle.expireTime)) : "—"}</dd>
        </div>
        <div class="wide">
          <dt>SHA-256</dt>
          <dd>
            <code>{bundle.sha256}</code>
          </dd>
        </div>
      </dl>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void fetchLink("zip");
        }}
      >
        {bundle.requiresToken && (
          <label class="field">
            One-time code
            <input value={code} required autocomplete="off" spellcheck={false} onInput={(event) => setCode(event.currentTarget.value)} />
          </label>
        )}
        <button type="submit" class="button button-primary" disabled={busy !== undefined}>
          {busy === "zip" ? "Asking…" : "Download"}
          <span class="visually-hidden"> {name}</span>
        </button>
        {bundle.hasManifest && (
          <button type="button" class="button" disabled={busy !== undefined} onClick={() => void fetchLink("manifest")}>
            {busy === "manifest" ? "Asking…" : "Manifest"}
            <span class="visually-hidden"> of {name}</span>
          </button>
        )}
      </form>
      {failure && (
        <p class="problem" role="alert" data-reason={failure.reason}>
          <strong>{explain(failure).heading}.</strong> {explain(failure).text}
        </p>
      )}
    </li>
  );
}

/** What may be taken home of a title. Links are asked for when they are wanted, and kept nowhere. */
export function DownloadsPage({ titleId }: { titleId: string }) {
  const loaded = useLoad(
    async (signal) => {
      const { title } = await api.titles.getTitle({ titleId }, { signal });
      const bundles: PublicBundle[] = [];
      let pageToken = "";
      do {
        const page = await api.downloads.listBundles({ titleId, pageSize: 200, pageToken }, { signal });
        bundles.push(...page.bundles);
        pageToken = page.nextPageToken;
      } while (pageToken);
      return { title: title!, bundles };
    },
    [titleId],
  );
  useTitle(loaded.state === "ready" ? `Downloads of ${loaded.value.title.name}` : "Downloads");
  if (loaded.state === "loading") return <Waiting count={3} shape="line" />;
  if (loaded.state === "failed") return <FailurePanel failure={loaded.failure} retry={loaded.retry} />;
  const { title, bundles } = loaded.value;
  return (
    <>
      <p class="back">
        <Link href={`/title/${titleId}`}>← {title.name}</Link>
      </p>
      <h1>Downloads</h1>
      {bundles.length === 0 ? (
        <EmptyPanel heading="Nothing to download">There is no download of {title.name} at present.</EmptyPanel>
      ) : (
        <ul class="downloads">
          {bundles.map((bundle) => (
            <BundleItem key={bundle.id} bundle={bundle} />
          ))}
        </ul>
      )}
    </>
  );
}
