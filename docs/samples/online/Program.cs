using StreamMoe.DriftMoe.Online;

using OnlineClassifier<Loan> model = new();                                           // the properties of Loan are the attributes
Random random = new(1);
int right = 0, asked = 0;
for (int day = 0; day < 5_000; day++)
{
    Loan loan = new(random.Next(1, 100), random.Next(2) == 0 ? "DK" : "SE", random.Next(4) == 0);
    string outcome = (day < 2_500 ? loan.Amount < 50 : loan.Country == "DK") ? "paid" : "lost";      // the world drifts
    string? predicted = model.Predict(loan);                                          // changes nothing; null before the first label
    model.Learn(loan, outcome);
    if (day >= 500) (right, asked) = (right + (predicted == outcome ? 1 : 0), asked + 1);
}

Console.WriteLine($"{model.Model.Learned} instances, accuracy {100.0 * right / asked:F1} %");

internal sealed record Loan(double Amount, string Country, bool Returning);
