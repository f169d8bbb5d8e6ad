// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Content and its terms; which provider serves which content, and at which URL.
/// @notice Amounts are base units of the content's coin, `token == address(0)` is the native coin, shares are
/// basis points (10,000 = 100 %), times are Unix seconds. Every write has a
/// twin that somebody else can submit: see {ISignedRegistry}.
/// @dev Holds no money.
interface IStreamRegistry {
    /// @notice What a creator publishes.
    /// @param cid Address of the media: an IPFS CID or an EthStorage address, kept as given, 1 to 128 bytes.
    /// @param token Coin of the price: an ERC-20 token, or zero for the native coin. Part of the content's id.
    /// @param pricePerUnit Price of one unit, less than 2^72 base units. Zero: the content is free, and nobody can pay
    /// for it.
    /// @param providerShareBps Part of each payment that goes to the provider, rounded down; the creator gets the rest.
    /// Below 10,000 base units a payment may be too small for that part.
    /// @param unit What a unit is: 0 a view, 1 a minute of media, 2 a day of access.
    /// @param name Title, at most 256 bytes; emitted, not stored.
    /// @param metadata Anything else, at most 4,096 bytes; emitted, not stored.
    struct Publication {
        string cid;
        address token;
        uint256 pricePerUnit;
        uint16 providerShareBps;
        uint8 unit;
        string name;
        string metadata;
    }

    /// @notice A content's terms as of now.
    /// @param creator Who published it.
    /// @param token Coin of the price; zero is the native coin.
    /// @param pricePerUnit Price in force.
    /// @param providerShareBps Provider's share in force.
    /// @param unit What a unit is: 0 a view, 1 a minute of media, 2 a day of access.
    /// @param retired Whether a retirement is in force: no more direct payments.
    /// @param scheduled The change that has not taken effect yet; all zero if there is none.
    struct ContentTerms {
        address creator;
        address token;
        uint256 pricePerUnit;
        uint16 providerShareBps;
        uint8 unit;
        bool retired;
        ScheduledTerms scheduled;
    }

    /// @notice A change that takes effect at `effectiveAtSec`.
    /// @param effectiveAtSec Zero if nothing is scheduled.
    /// @param retires Whether the change is the content's retirement; the terms then stay as they are.
    struct ScheduledTerms {
        uint256 effectiveAtSec;
        bool retires;
        uint256 pricePerUnit;
        uint16 providerShareBps;
        uint8 unit;
    }

    /// @notice `creator` published a content: for the first time, and its terms are in force in this block; or again
    /// after its retirement, which lasts until `effectiveAtSec`. Replaces whatever change was scheduled.
    event ContentPublished(
        bytes32 indexed contentId,
        address indexed creator,
        address indexed token,
        uint256 pricePerUnit,
        uint16 providerShareBps,
        uint8 unit,
        uint256 effectiveAtSec,
        string cid,
        string name,
        string metadata
    );

    /// @notice New terms will be in force from `effectiveAtSec`, and those `…Before` until then. Replaces whatever
    /// change was scheduled.
    event TermsScheduled(
        bytes32 indexed contentId,
        uint256 pricePerUnit,
        uint16 providerShareBps,
        uint8 unit,
        uint256 effectiveAtSec,
        uint256 pricePerUnitBefore,
        uint16 providerShareBpsBefore,
        uint8 unitBefore
    );

    /// @notice The scheduled change, of terms, retirement or its end, will not happen.
    event TermsCancelled(bytes32 indexed contentId);

    /// @notice The content takes no direct payments from `effectiveAtSec` on; its terms stay as given here. Replaces
    /// whatever change was scheduled.
    event ContentRetired(
        bytes32 indexed contentId,
        uint256 effectiveAtSec,
        uint256 pricePerUnit,
        uint16 providerShareBps,
        uint8 unit
    );

    /// @notice `provider` serves the content at `url`.
    event StreamRegistered(bytes32 indexed contentId, address indexed provider, string url);

    /// @notice `provider` serves the content at another URL.
    event StreamUpdated(bytes32 indexed contentId, address indexed provider, string url);

    /// @notice `provider` does not serve the content any more.
    event StreamDeregistered(bytes32 indexed contentId, address indexed provider);

    /// @notice The delays must satisfy notice ≥ withdrawal delay ≥ 10 s.
    error DelaysInvalid(uint256 noticeSec, uint256 withdrawDelaySec);

    /// @notice A text is empty that must not be, or longer than `maxBytes`. `field` is its name in ASCII.
    error LengthInvalid(bytes32 field, uint256 lengthBytes, uint256 maxBytes);

    /// @notice A price must be less than 2^72 base units.
    error PriceTooLarge(uint256 pricePerUnit);

    /// @notice A share can't be more than 10,000 basis points.
    error ShareTooLarge(uint256 providerShareBps);

    /// @notice A unit is 0 (a view), 1 (a minute) or 2 (a day).
    error UnitUnknown(uint256 unit);

    /// @notice Nobody published a content with this id.
    error ContentUnknown(bytes32 contentId);

    /// @notice The creator published this content before and it is not retired. Change it by `scheduleTerms`.
    error ContentExists(bytes32 contentId);

    /// @notice Only the content's creator can do this, and `account` is not.
    error NotCreator(bytes32 contentId, address account);

    /// @notice The content's retirement is in force.
    error RetirementInForce(bytes32 contentId);

    /// @notice The last change is too fresh: the next one is possible from `untilSec` on, when payments signed
    /// before that change have had the withdrawal delay to arrive.
    error ChangeInGrace(bytes32 contentId, uint256 untilSec);

    /// @notice No change is scheduled, or it took effect already.
    error NothingScheduled(bytes32 contentId);

    /// @notice `provider` has no active stream of the content.
    error StreamUnknown(bytes32 contentId, address provider);

    /// @notice `provider` has an active stream of the content already. Change its URL by `updateStream`.
    error StreamExists(bytes32 contentId, address provider);

    /// @notice Publishes a content under the caller's name. Terms are in force at once; for a content whose retirement
    /// is in force, after the notice period. That may be repeated or cancelled until then, like any other change.
    /// @return contentId See `contentIdOf`.
    function publish(Publication calldata publication) external returns (bytes32 contentId);

    /// @notice The content's creator schedules new terms, in force after the notice period. May be repeated until they
    /// take effect; the notice then starts again.
    function scheduleTerms(
        bytes32 contentId,
        uint256 pricePerUnit,
        uint16 providerShareBps,
        uint8 unit
    ) external;

    /// @notice The content's creator cancels the scheduled change, of terms, retirement or its end, before it takes effect.
    function cancelTerms(bytes32 contentId) external;

    /// @notice The content's creator schedules its retirement, in force after the notice period.
    function retire(bytes32 contentId) external;

    /// @notice The caller, as provider, serves a content at `url` (1 to 2,048 bytes) from now on.
    function registerStream(bytes32 contentId, string calldata url) external;

    /// @notice Changes the URL of the caller's stream.
    function updateStream(bytes32 contentId, string calldata url) external;

    /// @notice Ends the caller's stream.
    function deregisterStream(bytes32 contentId) external;

    /// @notice Time between the scheduling of a change and its effect.
    function noticeSec() external view returns (uint256);

    /// @notice Time a change has been in force before the next one can be scheduled, and that a viewer's withdrawal
    /// from a channel waits.
    function withdrawDelaySec() external view returns (uint256);

    /// @notice The id of a content: keccak256(abi.encode(creator, token, keccak256(bytes(cid)))). Known before
    /// anything is published, and nobody else can publish under it.
    function contentIdOf(address creator, address token, string calldata cid) external pure returns (bytes32);

    /// @notice Terms in force and scheduled. Reverts with `ContentUnknown`.
    function termsOf(bytes32 contentId) external view returns (ContentTerms memory);

    /// @notice Where `provider` serves the content; empty if it doesn't.
    function streamOf(bytes32 contentId, address provider) external view returns (string memory url);
}
