/** An error for a person: what happened, and what to do. */
export interface ErrorMessage {
  title: string;
  advice: string;
}

/** Messages by the name of the contract's error; errors that only a program can cause have none. */
export const REVERT_MESSAGES: Readonly<Record<string, ErrorMessage>> = {
  WrongAmount: { title: 'The price has changed.', advice: 'Reload the page to see it, then pay again.' },
  StreamUnknown: {
    title: 'This provider does not serve the video any more.',
    advice: 'Choose another provider. Nothing was paid.',
  },
  StreamExists: {
    title: 'You serve this video already.',
    advice: 'Change its address among your streams instead.',
  },
  RetirementInForce: {
    title: 'The video is retired.',
    advice: 'It takes no payments, and no new terms before it is published again. Nothing was sent.',
  },
  ContentFree: {
    title: 'The video is free.',
    advice: 'There is nothing to pay. Reload the page to play it.',
  },
  ProviderInvalid: {
    title: 'This provider can not be paid.',
    advice: 'Choose another provider. Nothing was paid.',
  },
  ValueNotAccepted: {
    title: 'The video is sold in a token.',
    advice: 'No coin may be sent along. Reload the page, then pay again.',
  },
  ContentUnknown: {
    title: 'The contract does not know this video.',
    advice: 'It has to be published first.',
  },
  ContentExists: {
    title: 'You have published this file already.',
    advice: 'It stands among your videos below, with its terms.',
  },
  NotCreator: { title: 'This video is not yours.', advice: 'Only the wallet that published it can do this.' },
  ChangeInGrace: {
    title: 'The last change is too fresh.',
    advice: 'Payments signed before it still need time to arrive. Try again later.',
  },
  NothingScheduled: { title: 'There is nothing to cancel.', advice: 'The change is in force already.' },
  RecipientRejected: {
    title: 'Your wallet refused the money.',
    advice: 'It is a contract that takes no coins. Nothing is lost: withdraw to another address.',
  },
  PriceTooLarge: { title: 'The price is too high.', advice: 'The contract takes up to 4722 coins.' },
  UnitUnknown: {
    title: 'The contract does not know this unit.',
    advice: 'A price is for a view, a minute or a day.',
  },
  ShareTooLarge: { title: 'The share is too large.', advice: 'It can be 100 % at most.' },
  LengthInvalid: {
    title: 'A text is empty or too long.',
    advice: 'Names have up to 256 bytes, addresses 2048.',
  },
  SignatureExpired: { title: 'The signature is too old.', advice: 'Sign again.' },
  SignatureInvalid: {
    title: 'The signature does not fit.',
    advice: 'Sign again with the account shown here.',
  },
  WordTooLarge: { title: 'The number of the signature is too large.', advice: 'Sign again.' },
  NonceUsed: { title: 'This was sent before.', advice: 'Reload the page to see how it stands.' },
  UnitsInvalid: { title: 'The number is not valid.', advice: 'Choose a whole number from 1 on.' },
  RecipientInvalid: {
    title: 'Money can not go to this address.',
    advice: 'Choose another one. Nothing was moved.',
  },
  NotClaimer: {
    title: 'This wallet does not act for the provider.',
    advice: 'Only the provider, or whom it has named, can do this.',
  },
  WithdrawInProgress: {
    title: 'The viewer is leaving this channel.',
    advice: 'It takes no more deposits until that is over or cancelled. Nothing was paid.',
  },
  WithdrawNotInitiated: {
    title: 'Nobody is leaving this channel.',
    advice: 'That has to be announced first.',
  },
  WithdrawTooEarly: {
    title: 'It is too early to leave this channel.',
    advice: 'The provider still has time to claim what was signed. Try again later.',
  },
  ChannelUnknown: { title: 'The contract does not know this channel.', advice: 'It has to be opened first.' },
  ChannelExists: { title: 'This channel is open already.', advice: 'Deposit into it instead.' },
  ChannelEmpty: { title: 'Nothing is left in this channel.', advice: 'All of it was claimed or taken back.' },
  DepositZero: { title: 'A deposit has to be above zero.', advice: 'Choose an amount. Nothing was paid.' },
  DepositTooLarge: { title: 'The deposit is too large.', advice: 'Choose a smaller one. Nothing was paid.' },
  SafeERC20FailedOperation: {
    title: 'The token refused.',
    advice: 'The balance or what the contract may take is too low. Nothing was paid.',
  },
  TransferMismatch: {
    title: 'This token moved another amount than asked.',
    advice: 'Tokens that take a fee can not be used to pay. Nothing was paid.',
  },
};

export function revertMessage(error: unknown): ErrorMessage {
  const name = revertName(error);
  if (name !== undefined && REVERT_MESSAGES[name]) return REVERT_MESSAGES[name];
  return {
    title: 'The contract refused.',
    advice:
      name === undefined ? 'It gave no reason. Nothing was sent.' : `It says ${name}. Nothing was sent.`,
  };
}

function revertName(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('revert' in error)) return undefined;
  const { revert } = error;
  if (typeof revert !== 'object' || revert === null || !('name' in revert)) return undefined;
  return String(revert.name);
}
