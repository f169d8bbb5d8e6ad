// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Whom a provider lets work in its name, so that its earnings can belong to a cold wallet.
/// @notice A delegate claims ({IVoucherClaims}), releases ({IPaymentChannels}) and signs for streams ({ISignedRegistry}).
/// It never touches credits. It chooses which of the signed vouchers it claims, so together with a viewer it can make that
/// viewer's other vouchers worthless, it can lead viewers to another URL, and its signatures use up the provider's nonces:
/// name one that you trust with all of that.
interface IClaimDelegates {
    /// @notice `delegate` works for `provider` from now on, and nobody else does any more; zero: nobody.
    event ClaimDelegateSet(address indexed provider, address indexed delegate);

    /// @notice `account` is neither the provider nor its delegate.
    error NotClaimer(address provider, address account);

    /// @notice Names the caller's delegate, in place of the one named before; zero names nobody. What the one before
    /// signed is void unless it was submitted, or it is named again before the deadline.
    function setClaimDelegate(address delegate) external;

    /// @notice Who works for `provider`.
    function claimDelegateOf(address provider) external view returns (address delegate);
}
