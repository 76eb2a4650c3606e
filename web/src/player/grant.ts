import { describeError, timestampMs, type Clients, type RpcFailure } from "@moviesnow/client";
import type { PlaybackGrant } from "@moviesnow/client/delivery";

const [leastPauseMs, mostPauseMs] = [2_000, 30_000];

/** What a grant's keeper tells. */
export interface GrantEvents {
  /** The grant cannot be renewed: start anew, or say why not. */
  lost: (failure: RpcFailure) => void;
}

/** Renews the grant of a playback for as long as it plays, by durations, so that the viewer's clock does not matter. */
export class GrantKeeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private renewing: Promise<void> | undefined;
  private readonly first: PlaybackGrant;
  private isStopped = false;

  constructor(
    private readonly playback: Clients["playback"],
    private grant: PlaybackGrant,
    private readonly events: GrantEvents,
  ) {
    this.first = grant;
    this.schedule();
  }

  /** The address of a media file under the grant that works now. Playlists name the first grant, of which files inherit. */
  addressOf(url: string): string {
    const { mediaBaseUrl: old } = this.first;
    const { mediaBaseUrl, urlQuery } = this.grant;
    if (!url.startsWith(old)) return url;
    const current = mediaBaseUrl + url.slice(old.length);
    return urlQuery && !current.includes(urlQuery) ? `${current.split("?")[0]}?${urlQuery}` : current;
  }

  /** Renews now, such as when the CDN says that the grant has expired: after a laptop slept. */
  renew(): Promise<void> {
    return (this.renewing ??= this.tryToRenew().finally(() => (this.renewing = undefined)));
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    const { ttlSeconds, renewTime, expireTime } = this.grant;
    const lifeMs = ttlSeconds * 1_000;
    const leftAtRenewalMs = renewTime && expireTime ? timestampMs(expireTime) - timestampMs(renewTime) : lifeMs / 3;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew(), Math.max(0, lifeMs - leftAtRenewalMs));
  }

  private async tryToRenew(): Promise<void> {
    for (let pauseMs = leastPauseMs; !this.isStopped; pauseMs = Math.min(pauseMs * 2, mostPauseMs)) {
      try {
        const { grant } = await this.playback.renewPlayback({ renewalToken: this.grant.renewalToken });
        this.grant = grant!;
        if (!this.isStopped) this.schedule();
        return;
      } catch (error) {
        const failure = describeError(error);
        if (!failure.isTransient) {
          if (!this.isStopped) this.events.lost(failure);
          return;
        }
        await new Promise((resolve) => (this.timer = setTimeout(resolve, failure.retryAfterMs ?? pauseMs)));
      }
    }
  }
}
