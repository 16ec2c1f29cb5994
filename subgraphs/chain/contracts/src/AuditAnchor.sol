// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";

/// Keeps the checkpoints of audit logs where nobody can take them back: what a log was when it had so many entries. Nothing else is known here: a root
/// says nothing of the entries below it.
contract AuditAnchor is AccessControl {
    bytes32 public constant ANCHOR_ROLE = keccak256("ANCHOR_ROLE");

    struct Anchor {
        uint64 treeSize;
        bytes32 root;
    }

    /// The newest checkpoint of each log.
    mapping(bytes32 logId => Anchor) public newest;

    /// Names the checkpoint before, so that none can be left out of the row unseen.
    event Anchored(bytes32 indexed logId, uint64 indexed treeSize, bytes32 root, uint64 previousSize, bytes32 previousRoot);

    error AdminMissing();
    error RootMissing();
    error NotLarger(uint64 treeSize, uint64 newestSize);

    constructor(address admin) {
        if (admin == address(0)) revert AdminMissing();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(ANCHOR_ROLE, admin);
    }

    /// A log only ever grows.
    function anchor(bytes32 logId, uint64 treeSize, bytes32 root) external onlyRole(ANCHOR_ROLE) {
        if (root == bytes32(0)) revert RootMissing();
        Anchor memory previous = newest[logId];
        if (treeSize <= previous.treeSize) revert NotLarger(treeSize, previous.treeSize);
        newest[logId] = Anchor(treeSize, root);
        emit Anchored(logId, treeSize, root, previous.treeSize, previous.root);
    }
}
