// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Deposits of viewers, each put aside for one provider.
/// @notice A viewer opens a channel towards a provider once; from then on a key of the viewer's browser signs vouchers that
/// the provider claims ({IVoucherClaims}), without gas and without the wallet. What is not claimed comes back: at once
/// if the provider releases it, or after the withdrawal delay if the viewer asks for it. Amounts are base units;
/// `token == address(0)` is the native coin; times are Unix seconds.
/// @dev A channel is its configuration: nothing of it is stored, so calls name it in full, and `ChannelOpened` logs it
/// in full. One storage word holds the rest, at a place that follows from provider, coin, id and authorizer.
interface IPaymentChannels {
    /// @notice What a channel is, for good. Its id is keccak256(abi.encode(all five)).
    /// @param viewer Whose money it is: opens it, and gets back what is left.
    /// @param provider Who can claim from it.
    /// @param token Its coin.
    /// @param authorizer The ECDSA key that signs its vouchers: one that lives in a browser or client, so one channel for
    /// each device. Never asked by ERC-1271. Whoever knows it can spend the deposit with the provider, no more. It
    /// can't be replaced: leave the channel and open another.
    /// @param salt Any number, to tell channels apart that are the same otherwise.
    struct Channel {
        address viewer;
        address provider;
        address token;
        address authorizer;
        bytes32 salt;
    }

    /// @notice What a channel holds now.
    /// @param deposit What the provider's claims can still take.
    /// @param epoch Vouchers of this epoch count; it starts at one and rises whenever the deposit has gone back. Zero:
    /// nobody opened the channel.
    /// @param nextSeq The least number that the next voucher can have. Never falls.
    /// @param withdrawableAtSec From when the viewer can take the deposit back; zero if it has not asked for it.
    struct ChannelState {
        uint256 deposit;
        uint256 epoch;
        uint256 nextSeq;
        uint256 withdrawableAtSec;
    }

    /// @notice Signature by which a token sends the signer's money to this contract (EIP-3009,
    /// `ReceiveWithAuthorization`). Its nonce is keccak256(abi.encode(channelId, salt)), so it fits one channel only.
    struct Authorization {
        uint256 validAfterSec;
        uint256 validBeforeSec;
        bytes32 salt;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice The viewer opened the channel, or, in a token that takes any signature, somebody in its name. The last
    /// five are all that leaving it takes, from a block explorer too.
    event ChannelOpened(
        bytes32 indexed channelId,
        address indexed viewer,
        address indexed provider,
        address token,
        address authorizer,
        bytes32 salt
    );

    /// @notice `payer` added to the channel's deposit. Where the viewer did so with a withdrawal in progress,
    /// `WithdrawCancelled` stands before it.
    event Deposited(bytes32 indexed channelId, address indexed payer, uint256 amount);

    /// @notice The viewer can take the deposit back from `withdrawableAtSec` on.
    event WithdrawInitiated(bytes32 indexed channelId, uint256 withdrawableAtSec);

    /// @notice The viewer leaves the deposit where it is: it said so, or added to it.
    event WithdrawCancelled(bytes32 indexed channelId);

    /// @notice The deposit is back: it is now the viewer's credit. Vouchers count from `epoch` on.
    event WithdrawFinalized(bytes32 indexed channelId, uint256 amount, uint256 epoch);

    /// @notice The provider gave the deposit back: it is now the viewer's credit. Vouchers count from `epoch` on.
    event ChannelReleased(bytes32 indexed channelId, uint256 amount, uint256 epoch);

    /// @notice Nobody opened this channel; or it is another's, and the caller named the wrong parts of it.
    error ChannelUnknown(bytes32 channelId);

    /// @notice The channel was opened before: `deposit` adds to it.
    error ChannelExists(bytes32 channelId);

    /// @notice A channel needs an authorizer.
    error AuthorizerZero();

    /// @notice A deposit can't be zero.
    error DepositZero();

    /// @notice A channel can't hold more than 2^128 - 1 base units.
    error DepositTooLarge(uint256 amount);

    /// @notice The channel holds nothing that could be withdrawn.
    error ChannelEmpty(bytes32 channelId);

    /// @notice The viewer has asked for the deposit. It can't ask twice, and nobody else can add to the deposit.
    error WithdrawInProgress(bytes32 channelId);

    /// @notice The viewer has not asked for the deposit.
    error WithdrawNotInitiated(bytes32 channelId);

    /// @notice The provider has until `withdrawableAtSec` to claim what was signed.
    error WithdrawTooEarly(bytes32 channelId, uint256 withdrawableAtSec);

    /// @notice Opens a channel of the caller and puts `amount` into it, sent as value in the native coin, taken from
    /// the caller's approval otherwise (or its permit: see {ISplitEscrow}).
    function open(
        address provider,
        address token,
        address authorizer,
        bytes32 salt,
        uint256 amount
    ) external payable returns (bytes32 channelId);

    /// @notice Opens a channel with `amount` of the viewer's token on the viewer's signature, as the token checks it.
    /// Anyone may submit it: the viewer needs no native coin.
    function openWithAuthorization(
        Channel calldata channel,
        uint256 amount,
        Authorization calldata authorization
    ) external returns (bytes32 channelId);

    /// @notice Adds to the deposit of any open channel. A withdrawal in progress was asked for what there was: the
    /// viewer's own deposit cancels it, anybody else's reverts with `WithdrawInProgress`.
    function deposit(Channel calldata channel, uint256 amount) external payable;

    /// @notice Adds `amount` of the payer's token on the payer's signature, as `deposit` by the payer would. Anyone may
    /// submit it, as long as the signature is valid: with the viewer's, also to cancel a withdrawal in progress.
    function depositWithAuthorization(
        Channel calldata channel,
        address payer,
        uint256 amount,
        Authorization calldata authorization
    ) external;

    /// @notice The caller, as viewer, asks for the deposit back. The provider can claim until the withdrawal is
    /// finalized, and should serve nothing more: from `withdrawableAtSec` on anybody can finalize at any time. By
    /// signature: {ISignedChannels}.
    function initiateWithdraw(address provider, address token, address authorizer, bytes32 salt) external;

    /// @notice The caller, as viewer, leaves the deposit where it is.
    function cancelWithdraw(address provider, address token, address authorizer, bytes32 salt) external;

    /// @notice Makes what is left of the deposit the viewer's credit, once the withdrawal that it asked for has waited
    /// long enough. Anyone may call it; the credit is paid out by `withdraw` or `withdrawFor`, in the same `multicall`
    /// if wanted. Vouchers of the epoch that ends are void. The channel can be used again after a deposit; where the key
    /// may have signed what it should not, open another with a new key instead.
    function finalizeWithdraw(Channel calldata channel) external;

    /// @notice The provider, or its delegate, makes what is left of the deposit the viewer's credit, at once. Vouchers of
    /// the epoch that ends are void; a withdrawal in progress ends. After `claim` in one `multicall`, a channel closes
    /// in one transaction.
    function release(Channel calldata channel) external;

    /// @notice The id of a channel, whether it was opened or not.
    function channelIdOf(Channel calldata channel) external pure returns (bytes32 channelId);

    /// @notice What a channel holds now; all zero if nobody opened it.
    function channelOf(Channel calldata channel) external view returns (ChannelState memory state);
}
