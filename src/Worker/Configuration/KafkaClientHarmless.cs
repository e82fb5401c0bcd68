using System.Collections.Frozen;

namespace StreamMoe.Worker.Configuration;

/// <summary>Properties of librdkafka whose values hold no secret, by its CONFIGURATION.md; addresses, which may hold credentials, and commands are not among them.</summary>
internal static class KafkaClientHarmless
{
    /// <value>The names.</value>
    public static FrozenSet<string> Names { get; } = """
        acks allow.auto.create.topics api.version.fallback.ms api.version.request api.version.request.timeout.ms auto.commit.interval.ms
        batch.num.messages batch.size broker.address.family broker.address.ttl broker.version.fallback
        check.crcs client.dns.lookup client.id client.rack closesocket_cb compression.codec compression.level compression.type connections.max.idle.ms coordinator.query.interval.ms
        debug delivery.report.only.error delivery.timeout.ms enable.gapless.guarantee enable.metrics.push enable.random.seed enable.sasl.oauthbearer.unsecure.jwt enable.sparse.connections enable.ssl.certificate.verification
        fetch.error.backoff.ms fetch.max.bytes fetch.message.max.bytes fetch.min.bytes fetch.queue.backoff.ms fetch.wait.max.ms group.instance.id group.remote.assignor
        heartbeat.interval.ms internal.termination.signal linger.ms log.connection.close log.queue log.thread.name log_level
        max.in.flight max.in.flight.requests.per.connection max.partition.fetch.bytes max.poll.interval.ms message.copy.max.bytes message.max.bytes message.send.max.retries message.timeout.ms
        metadata.max.age.ms metadata.recovery.rebootstrap.trigger.ms metadata.recovery.strategy msg_order_cmp offset.store.method partitioner
        queue.buffering.backpressure.threshold queue.buffering.max.kbytes queue.buffering.max.messages queue.buffering.max.ms queued.max.messages.kbytes queued.min.messages queuing.strategy
        receive.message.max.bytes reconnect.backoff.jitter.ms reconnect.backoff.max.ms reconnect.backoff.ms request.required.acks request.timeout.ms resolve_cb retries retry.backoff.max.ms retry.backoff.ms
        sasl.kerberos.keytab sasl.kerberos.min.time.before.relogin sasl.kerberos.principal sasl.kerberos.service.name sasl.mechanism sasl.mechanisms sasl.oauthbearer.client.id sasl.oauthbearer.method sasl.oauthbearer.scope sasl.username
        security.protocol session.timeout.ms socket.blocking.max.ms socket.connection.setup.timeout.ms socket.keepalive.enable socket.max.fails socket.nagle.disable socket.receive.buffer.bytes socket.send.buffer.bytes socket.timeout.ms
        ssl.ca.certificate.stores ssl.ca.location ssl.certificate.location ssl.cipher.suites ssl.crl.location ssl.curves.list ssl.endpoint.identification.algorithm ssl.engine.id ssl.engine.location ssl.key.location ssl.keystore.location ssl.providers ssl.sigalgs.list
        statistics.interval.ms sticky.partitioning.linger.ms topic.blacklist topic.metadata.propagation.max.ms topic.metadata.refresh.fast.cnt topic.metadata.refresh.fast.interval.ms topic.metadata.refresh.interval.ms topic.metadata.refresh.sparse transaction.timeout.ms
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
