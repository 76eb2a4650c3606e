import { useEffect, useRef, useState } from "preact/hooks";
import { isSigningIn, signIn } from "../state/account";

/** Takes an access token. It stays in this tab. */
export function SignInDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<string>();
  const isOpen = isSigningIn.value;
  useEffect(() => {
    if (isOpen) dialog.current!.showModal();
    else dialog.current!.close();
  }, [isOpen]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const wrong = signIn(String(new FormData(form).get("token")));
    setProblem(wrong);
    if (wrong) return;
    form.reset();
    isSigningIn.value = false;
  };

  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="sign-in-heading" onClose={() => (isSigningIn.value = false)}>
      <h2 id="sign-in-heading">Sign in</h2>
      <form onSubmit={submit}>
        <label for="sign-in-token">Access token</label>
        <textarea id="sign-in-token" name="token" rows={5} required spellcheck={false} autocomplete="off" aria-describedby="sign-in-hint" />
        <p id="sign-in-hint" class="hint">
          In development <code>moviesnow token viewer</code> prints one. It is kept in this tab until you close it or sign out.
        </p>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <p class="actions">
          <button type="submit" class="button button-primary">
            Sign in
          </button>
          <button type="button" class="button" onClick={() => (isSigningIn.value = false)}>
            Cancel
          </button>
        </p>
      </form>
    </dialog>
  );
}
