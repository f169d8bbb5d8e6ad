import { type BaseWallet, getBytes, type JsonRpcProvider, type TransactionRequest } from 'ethers';
import type { BrowserContext } from 'playwright-core';
import type { Page as PuppeteerPage } from 'puppeteer-core';

/**
 * A wallet in the browser: announces itself by EIP-6963, signs with a plain key, and answers as a person would.
 * A question whose page was left or loaded again is closed unanswered.
 */
export interface Extension {
  readonly name: string;
  /** What the person says to the next questions; `once`: yes to one; `later`: nothing, until it is something else. */
  answer: 'yes' | 'no' | 'once' | 'later';
  /** Transactions and signatures of typed data that the person has said yes to. */
  readonly said: { transactions: number; signatures: number };
  /** Goes to another chain by its own menu. */
  goTo(chainId: number): Promise<void>;
}

type Params = unknown[];

class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const REFUSED = 4001;
const UNKNOWN_CHAIN = 4902;
const POLL_MS = 20;

interface Installed {
  signer: BaseWallet;
  chainId: number;
  name?: string;
}

/** A page that asks; both drivers' have the same of it. */
interface Asking {
  once(event: 'domcontentloaded', leave: () => void): unknown;
  off(event: 'domcontentloaded', leave: () => void): unknown;
}

/** In every page of a context of Playwright. */
export async function installExtension(context: BrowserContext, installed: Installed): Promise<Extension> {
  const emit = async (chainId: string) => {
    await Promise.all(context.pages().map((page) => page.evaluate(emitChain, chainId)));
  };
  const { extension, answer } = walletOf(installed, emit);
  await context.exposeBinding('askExtension', ({ page }, method: string, params: Params) =>
    answer(page, method, params),
  );
  await context.addInitScript(announce, extension.name);
  return extension;
}

/** In one page of Puppeteer, of whatever browser, from its next address on. */
export async function installInPage(page: PuppeteerPage, installed: Installed): Promise<Extension> {
  const emit = async (chainId: string) => void (await page.evaluate(emitChain, chainId));
  const { extension, answer } = walletOf(installed, emit);
  await page.exposeFunction('askExtension', (method: string, params: Params) => answer(page, method, params));
  await page.evaluateOnNewDocument(announce, extension.name);
  return extension;
}

/** @param emit tells the pages that the wallet is on another chain */
function walletOf(
  { signer, chainId: home, name = 'Test Extension' }: Installed,
  emit: (chainId: string) => Promise<void>,
) {
  const chain = signer.provider as JsonRpcProvider;
  let chainId = home;
  let connected = false;
  const extension: Extension = {
    name,
    answer: 'yes',
    said: { transactions: 0, signatures: 0 },
    async goTo(next) {
      chainId = next;
      await emit(hex(next));
    },
  };

  async function askPerson(page: Asking): Promise<void> {
    let left = false;
    const leave = () => {
      left = true;
    };
    page.once('domcontentloaded', leave);
    while (extension.answer === 'later' && !left)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    page.off('domcontentloaded', leave);
    if (left) throw new Refusal(REFUSED, 'Nobody is there any more.');
    if (extension.answer === 'once') extension.answer = 'later';
    else if (extension.answer === 'no') throw new Refusal(REFUSED, 'The person said no.');
  }

  const methods: Record<string, (params: Params, page: Asking) => unknown> = {
    eth_chainId: () => hex(chainId),
    eth_accounts: () => (connected ? [signer.address.toLowerCase()] : []),
    async eth_requestAccounts(_, page) {
      await askPerson(page);
      connected = true;
      return [signer.address.toLowerCase()];
    },
    async wallet_switchEthereumChain([wanted], page) {
      const next = Number((wanted as { chainId: string }).chainId);
      if (next !== home) throw new Refusal(UNKNOWN_CHAIN, 'Not a chain of this wallet.');
      await askPerson(page);
      await extension.goTo(next);
      return null;
    },
    async eth_sendTransaction([asked], page) {
      await askPerson(page);
      extension.said.transactions += 1;
      const { gas, gasPrice: _, ...request } = asked as TransactionRequest & { gas?: string };
      return (await signer.sendTransaction({ ...request, ...(gas && { gasLimit: gas }) })).hash;
    },
    async personal_sign([message], page) {
      await askPerson(page);
      return await signer.signMessage(getBytes(String(message)));
    },
    async eth_signTypedData_v4([, text], page) {
      await askPerson(page);
      extension.said.signatures += 1;
      const { domain, types, message } = JSON.parse(String(text));
      const { EIP712Domain: _, ...own } = types;
      return await signer.signTypedData(domain, own, message);
    },
  };

  async function answer(page: Asking, method: string, params: Params) {
    try {
      return { result: await (methods[method]?.(params, page) ?? chain.send(method, params)) };
    } catch (error) {
      return { error: plain(error) };
    }
  }
  return { extension, answer };
}

function hex(chainId: number): string {
  return `0x${chainId.toString(16)}`;
}

/** What a node or a person said, as a wallet hands it on. */
function plain(error: unknown): { code: number; message: string; data?: unknown } {
  if (error instanceof Refusal) return { code: error.code, message: error.message };
  const { error: own, info } = error as { error?: object; info?: { error?: object } };
  const said = (own ?? info?.error ?? {}) as { code?: number; message?: string; data?: unknown };
  return { code: said.code ?? -32603, message: said.message ?? String(error), data: said.data };
}

interface ExtensionWindow extends Window {
  askExtension(method: string, params: Params): Promise<{ result: unknown; error?: object }>;
  extensionEvents: EventTarget;
}

/** Runs in the page, before its own scripts. */
function announce(name: string): void {
  const here = window as unknown as ExtensionWindow;
  const events = new EventTarget();
  here.extensionEvents = events;
  const wrappers = new Map<unknown, (event: Event) => void>();
  const provider = {
    async request({ method, params = [] }: { method: string; params?: Params }) {
      const { result, error } = await here.askExtension(method, params);
      if (error) throw Object.assign(new Error(), error);
      return result;
    },
    on(event: string, listener: (value: unknown) => void) {
      const wrapper = (fired: Event) => listener((fired as CustomEvent).detail);
      wrappers.set(listener, wrapper);
      events.addEventListener(event, wrapper);
    },
    removeListener(event: string, listener: (value: unknown) => void) {
      events.removeEventListener(event, wrappers.get(listener) ?? null);
    },
  };
  const info = {
    // Not a random one: on an empty page, which is of no origin, none can be made.
    uuid: '350670db-19fa-4704-a166-e52e178b59d2',
    name,
    icon: 'data:image/svg+xml,<svg/>',
    rdns: 'org.example.test',
  };
  const detail = Object.freeze({ info, provider });
  const say = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  addEventListener('eip6963:requestProvider', say);
  say();
}

/** Runs in the page. */
function emitChain(chainId: string): void {
  const { extensionEvents } = window as unknown as ExtensionWindow;
  extensionEvents?.dispatchEvent(new CustomEvent('chainChanged', { detail: chainId }));
}
