import { useState } from "preact/hooks";
import { draw } from "../pure/art";

/** A picture, or one that is drawn from the name: also while it loads, and when it cannot be loaded. Beside the name it says nothing more. */
export function Art({ name, address, shape }: { name: string; address: string | undefined; shape: "poster" | "wide" }) {
  const [broken, setBroken] = useState("");
  const { from, to, angle, initials } = draw(name);
  return (
    <span class={`art art-${shape}`} style={{ "--from": from, "--to": to, "--angle": `${angle}deg` }} aria-hidden="true">
      <span class="art-letters">{initials}</span>
      {address && address !== broken && (
        <img src={address} alt="" loading="lazy" decoding="async" onError={() => setBroken(address)} />
      )}
    </span>
  );
}
