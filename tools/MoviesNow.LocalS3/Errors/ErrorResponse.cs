using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Errors;

/// <summary>Writes an S3 error document, or only its status when the method or status allows no body.</summary>
internal static class ErrorResponse
{
    public static async Task WriteAsync(HttpContext http, S3Error error, string resource, string requestId)
    {
        var response = http.Response;
        response.StatusCode = error.Status;
        response.Headers.ContentLength = null;
        if (HttpMethods.IsHead(http.Request.Method) || error.Status == StatusCodes.Status304NotModified)
            return;

        await XmlResponse.WriteAsync(http, error.Status, xml =>
        {
            xml.WriteStartElement("Error");
            xml.WriteElementString("Code", error.Code);
            xml.WriteElementString("Message", error.Message);
            foreach (var (name, value) in error.Details)
                xml.WriteElementString(name, value);
            xml.WriteElementString("Resource", resource);
            xml.WriteElementString("RequestId", requestId);
            xml.WriteElementString("HostId", "localhost");
            xml.WriteEndElement();
        });
    }
}
