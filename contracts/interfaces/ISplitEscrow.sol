// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What creators and providers have earned and not withdrawn yet.
/// @notice Amounts are base units; `token == address(0)` is the native coin. Nobody but the account itself can
/// send its credit elsewhere, and nobody can freeze or tax it.
/// @dev Knows no listings and no signatures. There is no `receive`: money that is forced in belongs to nobody.
interface ISplitEscrow {
    /// @notice The whole credit of `account` in `token` was paid out to `to`.
    event Withdrawn(address indexed account, address indexed token, address indexed to, uint256 amount);

    /// @notice The payment must be exactly `expected` base units, and `msg.value` too where the coin is native.
    error WrongAmount(uint256 expected);

    /// @notice Native coin was sent along with a payment in a token.
    error ValueNotAccepted(uint256 value);

    /// @notice The token moved another amount than asked: tokens that take a fee on transfer are refused.
    error TransferMismatch(address token, uint256 expected, uint256 received);

    /// @notice The zero address and this contract can't be paid as providers: they can't withdraw.
    error ProviderInvalid(address provider);

    /// @notice Money can't be withdrawn to this address: zero, or the contract itself.
    error RecipientInvalid(address to);

    /// @notice The recipient refused the native coin. `withdrawTo` can send it elsewhere.
    error RecipientRejected(address to);

    /// @notice Takes the caller's EIP-2612 permit to the token, so that this contract can take up to `amount` from the
    /// caller. It goes first in a `multicall`, before `payView`, `open`, `deposit` or `sponsorViews`. A permit that
    /// fails is ignored, since somebody may have submitted it before: the transfer that follows decides.
    function permit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Pays the caller's whole credit in `token` to the caller. Without a credit it does nothing, here and below:
    /// anybody may have called `withdrawFor` just before.
    /// @return amount What was paid.
    function withdraw(address token) external returns (uint256 amount);

    /// @notice Pays the caller's whole credit in `token` to `to`.
    /// @return amount What was paid.
    function withdrawTo(address token, address to) external returns (uint256 amount);

    /// @notice Pays the whole credit of `account` in `token` to that account. Anyone may call it.
    /// @return amount What was paid.
    function withdrawFor(address account, address token) external returns (uint256 amount);

    /// @notice What `account` can withdraw in `token`.
    function credits(address account, address token) external view returns (uint256 amount);
}
