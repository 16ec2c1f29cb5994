import { textOf, type CodeSender } from './code-sender';

const DEADLINE_MS = 10_000;

/** SMS through a gateway that takes `POST { to, text }` as JSON with a bearer token: ours, or a small adapter in front of a provider's. */
export function createHttpSmsSender({ url, token }: { url: string; token: string }): CodeSender {
  return {
    send: async (message) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ to: message.to, text: textOf(message) }),
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`The SMS gateway answered ${response.status}.`);
    },
  };
}
