// One person with a Matrix client that is strict about encryption: matrix-js-sdk with Rust crypto.
//
// Commands come in on standard input, replies and what the person sees go out on standard output,
// one JSON object a line. Everything else that anybody prints goes to standard error. It ends
// when standard input does, so it never outlives who started it. Told by the caller: the folder
// in which npm installed the packages. See scripts/stage/strict.py for the other side.

import { Console } from "node:console";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

globalThis.console = new Console(process.stderr, process.stderr);
for (const level of ["trace", "debug", "info", "log"]) console[level] = () => {};
process.on("unhandledRejection", (reason) => console.error("nobody waited for:", reason));

const packages = createRequire(`${process.argv[2]}/`);
const load = (name) => import(pathToFileURL(packages.resolve(name)).href);
const sdk = await load("matrix-js-sdk");
const crypto = await load("matrix-js-sdk/lib/crypto-api/index.js");

const SAS = "m.sas.v1";
const SIGNATURE_SEEN_WITHIN = 5000; // ms
const PAUSE = 300; // ms
let client;

const put = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const reported = new Set();
let reporting = Promise.resolve();

/** An event as this client understands it; the content in clear text, or as it came if it can't. */
function understood(event) {
    const failure = event.isDecryptionFailure() ? event.decryptionFailureReason : null;
    const wire = event.getWireContent();
    // What can't be read has a clear content too: a sentence that says so.
    const content = { ...((!failure && event.getClearContent()) || wire) };
    if (event.isEncrypted()) {
        // Only a relation outside the encryption counts; what stands inside, clients ignore.
        delete content["m.relates_to"];
        if (wire["m.relates_to"]) content["m.relates_to"] = wire["m.relates_to"];
    }
    return {
        room: event.getRoomId(),
        encrypted: event.isEncrypted(),
        failure,
        event: {
            event_id: event.getId(),
            sender: event.getSender(),
            type: failure ? event.getWireType() : event.getType(),
            content,
            origin_server_ts: event.getTs(),
            ...(event.isState() && { state_key: event.getStateKey() }),
            ...(event.event.redacts && { redacts: event.event.redacts }),
        },
    };
}

async function report(event) {
    await client.decryptEventIfNeeded(event);
    put({ tell: "event", ...understood(event) });
    if (event.isDecryptionFailure()) {
        event.on(sdk.MatrixEventEvent.Decrypted, () => {
            if (!event.isDecryptionFailure()) put({ tell: "decrypted", ...understood(event) });
        });
    }
}

function see(event) {
    const id = event.getId();
    if (!id || !event.getRoomId() || reported.has(id)) return;
    reported.add(id);
    reporting = reporting.then(() => report(event)).catch(console.error);
}

const verifications = new Map();

async function identity({ user }) {
    const status = await client.getCrypto().getUserVerificationStatus(user);
    return {
        known: status.known,
        verified: status.isCrossSigningVerified(),
        was_verified: status.wasCrossSigningVerified(),
        changed: status.needsUserApproval,
    };
}

/** Waits until the signature made at the end of a verification has come back from the server. */
async function identityOnceSigned(user) {
    let changed;
    const signed = new Promise((resolve) => {
        changed = (who, status) => {
            if (who === user && status.isCrossSigningVerified()) resolve();
        };
        client.on(crypto.CryptoEvent.UserTrustStatusChanged, changed);
        setTimeout(resolve, SIGNATURE_SEEN_WITHIN).unref();
    });
    if (!(await identity({ user })).verified) await signed;
    client.off(crypto.CryptoEvent.UserTrustStatusChanged, changed);
    return await identity({ user });
}

/** Goes along with a request up to the emoji, and tells each step. */
function follow(request, ours) {
    const flow = request.transactionId;
    const verification = { request, sas: null };
    verifications.set(flow, verification);
    const tell = (phase, more) =>
        put({ tell: "verification", flow, user: request.otherUserId, phase, ...more });
    let started = false;
    let verifying = false;
    let ended = false;
    const end = (phase, more) => {
        if (!ended) tell(phase, more);
        ended = true;
    };
    const cancelled = () => end("cancelled", { code: request.cancellationCode });

    async function compare(verifier) {
        verifying = true;
        verifier.on(crypto.VerifierEvent.ShowSas, (sas) => {
            verification.sas = sas;
            tell("emoji", { emoji: sas.sas.emoji });
        });
        try {
            await verifier.verify();
            end("done", { identity: await identityOnceSigned(request.otherUserId) });
        } catch (error) {
            console.warn("verification ended:", error);
            cancelled();
        }
    }

    async function look() {
        if (request.phase === crypto.VerificationPhase.Cancelled) cancelled();
        else if (request.verifier && !verifying) await compare(request.verifier);
        else if (ours && request.phase === crypto.VerificationPhase.Ready && !started) {
            started = true;
            await request.startVerification(SAS);
        }
    }

    const change = () => void look().catch((error) => end("failed", { reason: String(error) }));
    request.on(crypto.VerificationRequestEvent.Change, change);
    tell(ours ? "asked" : "requested", { room: request.roomId ?? null });
    change();
    return { flow };
}

function the(flow) {
    const found = verifications.get(flow);
    if (!found) throw new Error(`no verification ${flow}`);
    return found;
}

/** Waits until the client knows that the person is in the room: before, it would not encrypt. */
function inRoom(room) {
    return new Promise((resolve) => {
        const look = () => {
            if (client.getRoom(room)?.getMyMembership() !== "join") return;
            client.off(sdk.ClientEvent.Sync, look);
            resolve();
        };
        client.on(sdk.ClientEvent.Sync, look);
        look();
    });
}

/** Whether the homeserver is away, or only just back. */
function isAway(error) {
    const { httpStatus, errcode } = error;
    return !httpStatus || httpStatus >= 500 || errcode === "M_UNRECOGNIZED";
}

function synced() {
    return new Promise((resolve, reject) => {
        client.on(sdk.ClientEvent.Sync, (state, _, data) => {
            if (state === sdk.SyncState.Prepared) resolve();
            if (state === sdk.SyncState.Error) reject(data?.error ?? new Error("cannot sync"));
        });
    });
}

const commands = {
    async start({ homeserver, user_id, access_token, device_id, password, strict }) {
        client = sdk.createClient({
            baseUrl: homeserver,
            userId: user_id,
            accessToken: access_token,
            deviceId: device_id,
            verificationMethods: [SAS],
            disableVoip: true,
        });
        await client.initRustCrypto({ useIndexedDB: false });
        const ours = client.getCrypto();
        if (strict) ours.setDeviceIsolationMode(new crypto.OnlySignedDevicesIsolationMode());
        if (password) {
            const identifier = { type: "m.id.user", user: user_id };
            await ours.bootstrapCrossSigning({
                async authUploadDeviceSigningKeys(upload) {
                    try {
                        // The first keys of an account need no password.
                        await upload(null);
                    } catch (error) {
                        if (error.httpStatus !== 401) throw error;
                        const { session } = error.data;
                        await upload({ type: "m.login.password", identifier, password, session });
                    }
                },
            });
        }
        client.on(sdk.ClientEvent.Event, see);
        client.on(crypto.CryptoEvent.VerificationRequestReceived, (request) =>
            follow(request, false),
        );
        const ready = synced();
        await client.startClient({ initialSyncLimit: 1, pollTimeout: 20_000 });
        await ready;
        await ours.getUserDeviceInfo([user_id], true);
        const status = await ours.getDeviceVerificationStatus(user_id, device_id);
        return { signed: status?.signedByOwner ?? false, crypto: ours.getVersion() };
    },

    async send({ room, type, content, patient }) {
        await inRoom(room);
        const transaction = client.makeTxnId();
        let send = () => client.sendEvent(room, null, type, content, transaction);
        while (true) {
            try {
                const { event_id } = await send();
                return { event_id };
            } catch (error) {
                if (!patient || !isAway(error)) throw error;
                console.warn("not sent yet:", error);
            }
            await new Promise((resolve) => setTimeout(resolve, PAUSE));
            const event = client.getRoom(room).getEventForTxnId(transaction);
            // It went out all the same, where the sync shows it.
            send = async () =>
                event.status === null
                    ? { event_id: event.getId() }
                    : await client.resendEvent(event, client.getRoom(room));
        }
    },

    async devices({ user }) {
        const ours = client.getCrypto();
        const found = (await ours.getUserDeviceInfo([user], true)).get(user) ?? new Map();
        const signed = {};
        for (const device of found.keys()) {
            const status = await ours.getDeviceVerificationStatus(user, device);
            signed[device] = status?.signedByOwner ?? false;
        }
        return { signed };
    },

    identity,

    async verify({ user, room, device }) {
        const ours = client.getCrypto();
        await ours.getUserDeviceInfo([user], true);
        if (room) await inRoom(room);
        const request = await (room
            ? ours.requestVerificationDM(user, room)
            : ours.requestDeviceVerification(user, device));
        return follow(request, true);
    },

    async accept({ flow }) {
        await the(flow).request.accept();
        return {};
    },

    async confirm({ flow, alike }) {
        const { sas } = the(flow);
        if (!sas) throw new Error("there are no emoji to compare");
        if (alike) await sas.confirm();
        else sas.mismatch();
        return {};
    },
};

async function obey(line) {
    const { id, command, ...given } = JSON.parse(line);
    try {
        if (!Object.hasOwn(commands, command)) throw new Error(`no command ${command}`);
        put({ re: id, ok: await commands[command](given) });
    } catch (error) {
        console.error(error);
        const { httpStatus, errcode, data } = error;
        put({
            re: id,
            error: String(error?.message ?? error),
            ...(httpStatus && { status: httpStatus, code: errcode ?? "", text: data?.error ?? "" }),
        });
    }
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => void obey(line));
lines.on("close", () => process.exit(0));
