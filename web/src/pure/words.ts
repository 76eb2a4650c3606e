import { Code, type RpcFailure } from "@moviesnow/client";

/** A failure in words. */
export interface Words {
  heading: string;
  text: string;
  /** True when trying again may help. */
  canRetry: boolean;
  /** True when signing in, or with another token, may help. */
  wantsSignIn?: boolean;
}

const once = (heading: string, text: string): Words => ({ heading, text, canRetry: false });
const again = (heading: string, text: string): Words => ({ heading, text, canRetry: true });
const signIn = (heading: string, text: string): Words => ({ heading, text, canRetry: false, wantsSignIn: true });

const byReason: Record<string, Words> = {
  TITLE_NOT_FOUND: once("Not available here", "This title does not exist, has been withdrawn, or is not available in your country at this time."),
  NOT_AVAILABLE: once("Not available here", "This title is not available in your country, or not at this time."),
  SEASON_NOT_FOUND: once("No such season", "This season does not exist or has been withdrawn."),
  EPISODE_NOT_FOUND: once("No such episode", "This episode does not exist or has been withdrawn."),
  ASSET_NOT_FOUND: once("Nothing to play yet", "There is no video for this title yet. Please come back later."),
  VARIANT_NOT_FOUND: once("Nothing to play yet", "The video of this title is still being prepared. Please come back later."),
  PLAYBACK_PROTECTION_NOT_CONFIGURED: once(
    "Playback is not set up",
    "This installation has no media network that protects playback, so nothing can be played. Whoever runs it sets Delivery:Playback.",
  ),
  RENEWAL_TOKEN_INVALID: again("Watched for very long", "The permission to play has ended. Start again to go on where you are."),
  BUNDLE_NOT_FOUND: once("No longer available", "This download has expired or was withdrawn."),
  OBJECT_NOT_FOUND: once("File missing", "The file is not in storage. Please tell whoever runs this site."),
  OBJECT_CHANGED: once("File withheld", "The stored file is not the one that was checked, so it is not given out."),
  KEY_NOT_ALLOWED: once("Not a download", "This file may not be downloaded."),
  TOKEN_REQUIRED: once("A code is needed", "This download asks for a one-time code. Enter the one that you were given."),
  TOKEN_INVALID: once("Code not accepted", "The code is unknown, used up, expired or revoked. Ask for a new one."),
  TOKEN_KEY_MISMATCH: once("Code for another file", "This code belongs to another download."),
  QUOTA_EXCEEDED: once("Enough for today", "Your network has used up today's downloads."),
  RATE_LIMITED: again("Too many requests", "Please wait a moment before you try again."),
  OVERLOADED: again("Very busy", "The service is busy just now. Please try again in a moment."),
  DEPENDENCY_UNAVAILABLE: again("Service interrupted", "A part of the service does not answer. Please try again in a moment."),
  REQUEST_INCOMPLETE: again("Connection interrupted", "Your request did not arrive whole. Please try again."),
  UNAUTHENTICATED: signIn("Please sign in", "You are not signed in, or your token has expired."),
  API_KEY_REQUIRED: once("Site not admitted", "The services ask for an API key that this site does not have."),
  ADMIN_REQUIRED: signIn("For administrators", "This page needs a token with the role of an administrator."),
  MFA_REQUIRED: signIn("Second factor needed", "Your administrator's token was obtained without a second factor."),
  INVALID_PAGE_TOKEN: again("List has changed", "The list has changed meanwhile. Load it from the beginning."),
};

/** What a failure means to a viewer. */
export function explain(failure: RpcFailure): Words {
  const known = byReason[failure.reason];
  if (known) return failure.retryAfterMs && known.canRetry ? { ...known, text: `${known.text}${wait(failure.retryAfterMs)}` } : known;
  switch (failure.code) {
    case Code.Unavailable:
    case Code.DeadlineExceeded:
      return again("No connection", "The service does not answer. Check your connection and try again.");
    case Code.InvalidArgument: {
      const fields = failure.fields.map(({ field, description }) => `${field} ${description}`).join("; ");
      return once("Not understood", fields ? `The request was refused: ${fields}.` : failure.message);
    }
    case Code.NotFound:
      return once("Not found", "There is nothing at this address.");
    case Code.PermissionDenied:
      return once("Not permitted", failure.message || "You may not see this.");
    default: {
      const id = failure.metadata.correlation_id;
      return again("Something went wrong", id ? `The service failed. Its log has the details under ${id}.` : "The service failed. Please try again.");
    }
  }
}

function wait(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 120 ? ` (${seconds} s)` : ` (${Math.ceil(seconds / 60)} min)`;
}

/** The name of a failure of a player, as telemetry wants it: `fragLoadError` becomes `FRAG_LOAD_ERROR`. */
export function errorCode(details: string): string {
  return (
    details
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .replace(/[^A-Za-z0-9]+/g, "_")
      .toUpperCase()
      .slice(0, 64) || "UNKNOWN"
  );
}
