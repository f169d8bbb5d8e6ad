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

    /// @notice `account` has no credit in `token`.
    error NothingToWithdraw(address account, address token);

    /// @notice Money can't be withdrawn to this address: zero, or the contract itself.
    error RecipientInvalid(address to);

    /// @notice The recipient refused the native coin. `withdrawTo` can send it elsewhere.
    error RecipientRejected(address to);

    /// @notice Pays the caller's whole credit in `token` to the caller.
    function withdraw(address token) external;

    /// @notice Pays the caller's whole credit in `token` to `to`.
    function withdrawTo(address token, address to) external;

    /// @notice Pays the whole credit of `account` in `token` to that account. Anyone may call it.
    function withdrawFor(address account, address token) external;

    /// @notice What `account` can withdraw in `token`.
    function credits(address account, address token) external view returns (uint256 amount);
}
