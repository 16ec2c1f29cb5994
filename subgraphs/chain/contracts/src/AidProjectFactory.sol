// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {AidProject, IAidProjectFactory} from "./AidProject.sol";

/// Creates one AidProject for each project id, at an address that everybody can compute beforehand. Creating twice is impossible,
/// so a sender that does not know whether its transaction arrived may simply send again.
contract AidProjectFactory is AccessControl, IAidProjectFactory {
    bytes32 public constant DEPLOYER_ROLE = keccak256("DEPLOYER_ROLE");

    struct Construction {
        bytes16 projectId;
        uint256 budgetMinor;
        address admin;
    }

    /// Read by the project that is being constructed; empty at any other time.
    Construction public override underConstruction;

    /// Emitted before the project's own first events, so that a reader knows whose they are.
    event ProjectCreated(bytes16 indexed projectId, address indexed project, uint256 budgetMinor);

    error ProjectIdMissing();
    error AdminMissing();
    error ProjectExists(address project);

    constructor(address admin) {
        if (admin == address(0)) revert AdminMissing();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(DEPLOYER_ROLE, admin);
    }

    /// Creates the contract of a project. `admin` gets every role of it.
    function createProject(bytes16 projectId, uint256 budgetMinor, address admin) external onlyRole(DEPLOYER_ROLE) returns (address project) {
        if (projectId == bytes16(0)) revert ProjectIdMissing();
        if (admin == address(0)) revert AdminMissing();
        project = predict(projectId);
        if (project.code.length > 0) revert ProjectExists(project);
        underConstruction = Construction(projectId, budgetMinor, admin);
        emit ProjectCreated(projectId, project, budgetMinor);
        new AidProject{salt: bytes32(projectId)}();
        delete underConstruction;
    }

    /// Where the contract of a project is, or will be.
    function predict(bytes16 projectId) public view returns (address) {
        return Create2.computeAddress(bytes32(projectId), keccak256(type(AidProject).creationCode));
    }
}
