import { z } from 'zod/mini';

/** An error for a person: what happened, and what to do. */
export interface ErrorMessage {
  title: string;
  advice: string;
}

/** Messages by a name or code. */
export type Messages = Readonly<Record<string, readonly [title: string, advice: string]>>;

/** @returns undefined where nothing of this name has a message. */
export function messageIn(messages: Messages, name: string | number | undefined): ErrorMessage | undefined {
  const found = name === undefined ? undefined : messages[name];
  return found && { title: found[0], advice: found[1] };
}

/** Messages by the name of the contract's error; errors that only a program can cause have none. */
export const REVERT_MESSAGES: Messages = {
  WrongAmount: ['The price has changed.', 'Reload the page to see it, then pay again.'],
  StreamUnknown: [
    'This provider does not serve the video any more.',
    'Choose another provider. Nothing was paid.',
  ],
  StreamExists: ['You serve this video already.', 'Change its address among your streams instead.'],
  RetirementInForce: [
    'The video is retired.',
    'It takes no payments, and no new terms before it is published again. Nothing was sent.',
  ],
  ContentFree: ['The video is free.', 'There is nothing to pay. Reload the page to play it.'],
  ProviderInvalid: ['This provider can not be paid.', 'Choose another provider. Nothing was paid.'],
  ValueNotAccepted: [
    'The video is sold in a token.',
    'No coin may be sent along. Reload the page, then pay again.',
  ],
  ContentUnknown: ['The contract does not know this video.', 'It has to be published first.'],
  ContentExists: [
    'You have published this file already.',
    'It stands among your videos below, with its terms.',
  ],
  NotCreator: ['This video is not yours.', 'Only the wallet that published it can do this.'],
  ChangeInGrace: [
    'The last change is too fresh.',
    'Payments signed before it still need time to arrive. Try again later.',
  ],
  NothingScheduled: ['There is nothing to cancel.', 'The change is in force already.'],
  RecipientRejected: [
    'Your wallet refused the money.',
    'It is a contract that takes no coins. Nothing is lost: withdraw to another address.',
  ],
  PriceTooLarge: ['The price is too high.', 'The contract takes up to 4722 coins.'],
  UnitUnknown: ['The contract does not know this unit.', 'A price is for a view, a minute or a day.'],
  ShareTooLarge: ['The share is too large.', 'It can be 100 % at most.'],
  LengthInvalid: ['A text is empty or too long.', 'Names have up to 256 bytes, addresses 2048.'],
  SignatureExpired: ['The signature is too old.', 'Sign again.'],
  SignatureInvalid: ['The signature does not fit.', 'Sign again with the account shown here.'],
  WordTooLarge: ['The number of the signature is too large.', 'Sign again.'],
  NonceUsed: ['This was sent before.', 'Reload the page to see how it stands.'],
  UnitsInvalid: ['The number is not valid.', 'Choose a whole number from 1 on.'],
  RecipientInvalid: ['Money can not go to this address.', 'Choose another one. Nothing was moved.'],
  NotClaimer: [
    'This wallet does not act for the provider.',
    'Only the provider, or whom it has named, can do this.',
  ],
  WithdrawInProgress: [
    'The viewer is leaving this channel.',
    'It takes no more deposits until that is over or cancelled. Nothing was paid.',
  ],
  WithdrawNotInitiated: ['Nobody is leaving this channel.', 'That has to be announced first.'],
  WithdrawTooEarly: [
    'It is too early to leave this channel.',
    'The provider still has time to claim what was signed. Try again later.',
  ],
  ChannelUnknown: ['The contract does not know this channel.', 'It has to be opened first.'],
  ChannelExists: ['This channel is open already.', 'Deposit into it instead.'],
  ChannelEmpty: ['Nothing is left in this channel.', 'All of it was claimed or taken back.'],
  DepositZero: ['A deposit has to be above zero.', 'Choose an amount. Nothing was paid.'],
  DepositTooLarge: ['The deposit is too large.', 'Choose a smaller one. Nothing was paid.'],
  SafeERC20FailedOperation: [
    'The token refused.',
    'The balance or what the contract may take is too low. Nothing was paid.',
  ],
  TransferMismatch: [
    'This token moved another amount than asked.',
    'Tokens that take a fee can not be used to pay. Nothing was paid.',
  ],
};

/** An error of ethers with the error of the contract. */
const reverted = z.object({ revert: z.object({ name: z.string() }) });

export function revertMessage(error: unknown): ErrorMessage {
  const name = reverted.safeParse(error).data?.revert.name;
  const reason = name === undefined ? 'It gave no reason.' : `It says ${name}.`;
  const unnamed = { title: 'The contract refused.', advice: `${reason} Nothing was sent.` };
  return messageIn(REVERT_MESSAGES, name) ?? unnamed;
}
