using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace StreamMoe.Worker.Metrics;

/// <summary>How pages that only read are added.</summary>
internal static class PageRoutes
{
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Answers GET, and HEAD with the same headers and no body.</summary>
    public static void MapRead(this WebApplication application, string path, RequestDelegate page) => application.MapMethods(path, s_methods, page);
}
