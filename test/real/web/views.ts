import { BY_THE_MINUTE, SERVED } from './scene.ts';
import { playedPast, seek, type Visit } from './visit.ts';

/** Comes to a view as a person does, until it is ready to be looked at. */
type Show = (me: Visit) => Promise<unknown>;

/** Every view, in the states that it has, by name. @param cid of the sample of `setScene`. */
export function views(cid: string): Record<string, Show> {
  return {
    catalogue: async (me) => {
      await me.open('/');
      await me.page.getByRole('link', { name: 'Sample Video' }).waitFor();
    },
    'catalogue-by-price': async (me) => {
      await me.open('/?sort=price&served=true&q=the');
      await me.page.getByRole('link', { name: 'How the bees find home' }).waitFor();
    },
    'catalogue-nothing': async (me) => {
      await me.open('/?q=zebra');
      await me.page.getByText('Nothing matches').waitFor();
    },
    'catalogue-none-fits': async (me) => {
      await me.open('/?unit=day');
      await me.page.getByText('No video fits.').waitFor();
    },
    creator: async (me) => {
      await me.open('/');
      await me.page.getByRole('link', { name: 'Sample Video' }).waitFor();
      await me.page.locator('.card-creator').first().click();
      await me.page.getByRole('heading', { name: /^Videos by 0x/ }).waitFor();
      await me.page.locator('.card').first().waitFor();
    },
    'creator-nothing': async (me) => {
      await me.open('/creators/0x000000000000000000000000000000000000dEaD');
      await me.page.getByText('This wallet has published nothing here.').waitFor();
    },
    wallets: async (me) => {
      await me.open('/');
      await me.page.getByRole('button', { name: 'Connect wallet' }).click();
      await me.page.getByText('Test wallet 4').waitFor();
    },
    wallet: async (me) => {
      await me.open('/');
      await me.takeTestWallet(4);
      await me.page.getByRole('button', { name: /^Your wallet/ }).click();
      await me.page
        .getByText(/^\d.* ETH$/)
        .first()
        .waitFor();
    },
    watch: async (me) => {
      await me.open(`/watch/${cid}`);
      await me.takeTestWallet(4);
      await me.page.getByText('It plays: this host serves the very file that the CID names.').waitFor();
      await me.page.getByRole('table').waitFor();
    },
    'watch-paid': async (me) => {
      await me.open(`/watch/${cid}`);
      await me.takeTestWallet(6);
      await me.page.getByText('You paid 0.001 ETH.').waitFor();
      await me.page.locator('[data-phase="plays"]').waitFor();
      await playedPast(me.page, 1);
    },
    'watch-keys': async (me) => {
      await me.open(`/watch/${cid}`);
      await me.takeTestWallet(6);
      await me.page.locator('[data-phase="plays"]').waitFor();
      await me.page.keyboard.press('?');
      await me.page.getByRole('dialog', { name: 'Keys of the player' }).waitFor();
    },
    'watch-unserved': async (me) => {
      await show(me, 4, 'Live at the harbour');
      await me.page.getByText('Nobody serves this video right now.').waitFor();
    },
    'watch-gate': async (me) => {
      await show(me, 4);
      await me.page
        .getByText('It plays once it is paid: this host serves the very file that the CID names.')
        .waitFor();
    },
    'watch-sign': async (me) => {
      await show(me, 8);
      await me.page.getByRole('button', { name: 'Sign to go on' }).waitFor();
    },
    'watch-elsewhere': async (me) => {
      // As off the development chain: no copy of this host in place of a stream that is away.
      await me.page.route('**/ipfs/**', (route) => route.abort());
      await show(me, 6);
      await me.page.getByText(/serves it too, for 0\.002 ETH/).waitFor();
      await me.page.getByRole('button', { name: 'Pay 0.002 ETH and play' }).waitFor();
    },
    'watch-free-start': async (me) => {
      await show(me, 4, BY_THE_MINUTE);
      await me.page.getByText('Pay to go on').waitFor();
      await me.page.getByRole('button', { name: 'Pay as you watch' }).waitFor();
    },
    'watch-deposit': async (me) => {
      await show(me, 4, BY_THE_MINUTE);
      await me.page.getByRole('button', { name: 'Pay as you watch' }).click();
      await me.page.getByText('What one watches is public on chain.').waitFor();
    },
    'watch-deposit-refused': async (me) => {
      await show(me, 4, BY_THE_MINUTE);
      await me.page.getByRole('button', { name: 'Pay as you watch' }).click();
      await me.page.getByLabel('Deposit, in minutes').fill('999999999');
      await me.page.getByLabel('Limit for this video, in minutes').fill('some');
      await me.page.getByText('A whole number, such as 12.').waitFor();
      await me.page.getByText(/is more than your wallet holds\.$/).waitFor();
    },
    'watch-by-deposit': async (me) => {
      await payAsYouWatch(me, 9);
      await playedPast(me.page, 7);
      await me.page.getByRole('button', { name: 'Spent and left' }).click();
      await me.page.getByRole('button', { name: 'Take the rest back' }).first().waitFor(); // another browser of the wallet has one too
    },
    'watch-limit': async (me) => {
      await payAsYouWatch(me, 10, '1');
      await playedPast(me.page, 7);
      await seek(me.page, 65);
      await me.page.getByText('Your limit for this video is reached: 0.0001 ETH.').waitFor();
    },
    /** Of the wallet that has paid in the view before, whose browser is gone. */
    'watch-other-browser': async (me) => {
      await show(me, 10, BY_THE_MINUTE);
      await me.page.getByRole('button', { name: 'Open it here' }).click();
      await playedPast(me.page, 7);
      await seek(me.page, 65);
      await me.page.getByText('Here ends what this wallet has paid.').waitFor();
      await me.page.getByText('Here ends what this wallet has paid.').scrollIntoViewIfNeeded();
    },
    'watch-share': async (me) => {
      await show(me, 4, BY_THE_MINUTE);
      await playedPast(me.page, 2);
      await me.page.getByRole('button', { name: 'Share' }).click();
      await me.page.getByRole('dialog', { name: 'Share this video' }).waitFor();
    },
    'watch-unknown': async (me) => {
      await me.open('/watch/bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e');
      await me.page.getByText('There is no such video here.').waitFor();
    },
    publish: async (me) => {
      await me.open('/publish');
      await me.takeTestWallet(2);
      await me.page.locator('input[type=file]').setInputFiles('data/video.mp4');
      await me.page.getByRole('link', { name: 'Sample Video' }).waitFor();
      await me.page
        .getByAltText(/^The video at /)
        .nth(2)
        .waitFor();
    },
    'publish-no-picture': async (me) => {
      await me.open('/publish');
      await me.takeTestWallet(14);
      const file = { name: 'a talk.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('no sound') };
      await me.page.locator('input[type=file]').setInputFiles(file);
      await me.page.getByText('so there is no picture to choose').waitFor();
    },
    'publish-uploading': async (me) => {
      await me.open('/publish');
      await me.takeTestWallet(14);
      // It begins, and nothing of it is taken.
      await me.page.route('**/uploads/*', (route) =>
        route.request().method() === 'PATCH' ? undefined : route.fallback(),
      );
      await me.page.locator('input[type=file]').setInputFiles('data/video.mp4');
      await me.page.getByRole('button', { name: 'Upload and publish' }).click();
      await me.page.getByRole('progressbar', { name: 'Upload' }).waitFor();
      await me.page.getByRole('button', { name: 'Cancel' }).scrollIntoViewIfNeeded();
    },
    'publish-dropped': async (me) => {
      await me.open('/publish');
      await me.takeTestWallet(14);
      await me.page.evaluate(breakOff);
      await me.page.reload();
      await me.page.getByText('“a long film.mp4” is not uploaded whole.').waitFor();
    },
    'publish-terms': async (me) => {
      await me.open('/publish');
      await me.takeTestWallet(2);
      await me.page.getByText('Change its terms').first().click();
      await me.page.getByText(/^The new terms hold 20 seconds after they are announced/).waitFor();
      await me.page.getByText('Change its terms').first().scrollIntoViewIfNeeded();
    },
    'publish-retire': async (me) => {
      await me.open('/publish');
      await me.takeTestWallet(2);
      await me.page.getByRole('button', { name: 'Retire …' }).first().click();
      await me.page.getByText(/^In 20 seconds nobody can pay for it any more/).waitFor();
      await me.page.getByText(/^In 20 seconds/).scrollIntoViewIfNeeded();
    },
    'publish-served': async (me) => {
      await me.open('/publish');
      await me.takeTestWallet(13);
      const file = { name: 'of the host.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video') };
      await me.page.locator('input[type=file]').setInputFiles(file);
      await me.page.getByLabel(/^Clear file/).check();
      await me.page.getByRole('button', { name: 'Upload and publish' }).click();
      await me.page.getByText('Viewers can watch it now.').waitFor();
      await me.page.getByText('Viewers can watch it now.').scrollIntoViewIfNeeded();
    },
    'publish-wrong': async (me) => {
      await me.open('/publish?from=cid');
      await me.takeTestWallet(12);
      await me.page.getByLabel('CID').fill('Qm123');
      await me.page.getByLabel('Price of one view').fill('cheap');
      await me.page.getByText('Nothing yet.').waitFor();
    },
    provide: async (me) => {
      await me.open(`/provide?cid=${cid}`);
      await me.takeTestWallet(3);
      await me.page.getByText('Change the address').first().click();
      await me.page.getByRole('button', { name: 'Register the stream' }).waitFor();
    },
    'provide-refused': async (me) => {
      await me.open(`/provide?cid=${cid}`);
      await me.takeTestWallet(3);
      await me.page.getByLabel('Address of your stream').fill(new URL(`/ipfs/${cid}`, me.page.url()).href);
      await me.page.getByRole('button', { name: 'Register the stream' }).click();
      await me.page.getByText('You serve this video already.').waitFor();
    },
    'provide-dead': async (me) => {
      await me.open(`/provide?cid=${cid}`);
      await me.takeTestWallet(12);
      await me.page.getByLabel('Address of your stream').fill('http://127.0.0.1:9/stream');
      await me.page.getByRole('button', { name: 'Register the stream' }).click();
      await me.page.getByText('Nothing answers at this address.').waitFor();
    },
    earnings: async (me) => {
      await me.open('/earnings');
      await me.takeTestWallet(3);
      await me.page.getByRole('cell', { name: '0.0003 ETH' }).first().waitFor();
      await me.page.getByRole('heading', { name: 'By video' }).waitFor();
      await me.page.getByRole('link', { name: 'Sample Video' }).last().waitFor();
    },
    'earnings-creator': async (me) => {
      await me.open('/earnings?as=creator');
      await me.takeTestWallet(9);
      await me.page.getByRole('heading', { name: 'By provider' }).waitFor();
      await me.page.getByText('As a table').first().click();
      await me.page.getByRole('button', { name: 'Show viewers’ wallets' }).click();
      await me.page.getByRole('columnheader', { name: 'Viewer' }).waitFor();
    },
    'earnings-filtered': async (me) => {
      await me.open('/earnings?from=2001-01-01&to=2001-01-02');
      await me.takeTestWallet(3);
      await me.page.getByText('No views like that.').waitFor();
    },
    /** Of the host's own provider, who is asked to sign in for what nobody else is shown. */
    'earnings-host': async (me) => {
      await me.open('/earnings');
      await me.takeTestWallet(1);
      await me.page.getByRole('button', { name: 'Show what is not claimed' }).waitFor();
      await me.page.getByRole('heading', { name: 'By video' }).waitFor();
    },
    'provide-host': async (me) => {
      await me.open('/provide');
      await me.takeTestWallet(1);
      await me.page.getByRole('button', { name: 'Show vouchers, keys and disk' }).waitFor();
      await me.page
        .getByText(/^Served /)
        .first()
        .waitFor();
    },
    'earnings-nobody': async (me) => {
      await me.open('/earnings');
      await me.page.getByText('Connect a wallet to see what it has earned.').waitFor();
    },
    nowhere: (me) => me.open('/nowhere'),
  };
}

/** Makes a deposit, and plays. */
async function payAsYouWatch(me: Visit, wallet: number, limit?: string): Promise<void> {
  await show(me, wallet, BY_THE_MINUTE);
  await me.page.getByRole('button', { name: 'Pay as you watch' }).click();
  if (limit !== undefined) await me.page.getByLabel('Limit for this video, in minutes').fill(limit);
  await me.page.getByRole('button', { name: /^Deposit .* and play$/ }).click();
}

/** A video that the host itself sells, as a test wallet sees it. */
async function show(me: Visit, wallet: number, name = SERVED): Promise<void> {
  await me.open('/');
  await me.takeTestWallet(wallet);
  await me.page.getByRole('link', { name }).click();
  await me.page.getByRole('heading', { level: 1, name }).waitFor();
}

/** In the page: as an upload is remembered of which the page was left. */
function breakOff(): void {
  const [, wallet] = JSON.parse(localStorage.getItem('wallet') ?? '[]');
  const arriving = { fileName: 'a long film.mp4', bytes: 412e6, totalBytes: 1_300e6, wallet };
  localStorage.setItem('arriving', JSON.stringify(arriving));
}
