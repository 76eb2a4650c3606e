import type { RpcFailure } from "@moviesnow/client";
import type { ComponentChildren } from "preact";
import { explain } from "../pure/words";
import { isSigningIn } from "../state/account";

/** What went wrong, and what can be done about it. */
export function FailurePanel({ failure, retry }: { failure: RpcFailure; retry?: (() => void) | undefined }) {
  const words = explain(failure);
  return (
    <section class="panel" role="alert" data-reason={failure.reason}>
      <h2>{words.heading}</h2>
      <p>{words.text}</p>
      <p class="actions">
        {retry && words.canRetry && (
          <button type="button" class="button" onClick={retry}>
            Try again
          </button>
        )}
        {words.wantsSignIn && (
          <button type="button" class="button" onClick={() => (isSigningIn.value = true)}>
            Sign in
          </button>
        )}
      </p>
    </section>
  );
}

/** There is nothing, and that is no failure. */
export function EmptyPanel({ heading, children }: { heading: string; children: ComponentChildren }) {
  return (
    <section class="panel">
      <h2>{heading}</h2>
      <p>{children}</p>
    </section>
  );
}

/** Shapes of what is being loaded, told to readers of the screen once. */
export function Waiting({ count, shape }: { count: number; shape: "poster" | "wide" | "line" }) {
  return (
    <div class={shape === "line" ? "lines" : `grid grid-${shape}`} aria-busy="true">
      <span class="visually-hidden" role="status">
        Loading…
      </span>
      {Array.from({ length: count }, (_, index) => (
        <span key={index} class={`ghost ghost-${shape}`} />
      ))}
    </div>
  );
}
